# One set of warnings for everything we compile.
add_library(simplicit_warnings INTERFACE)
target_compile_options(simplicit_warnings INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wpedantic -Wnon-virtual-dtor -Woverloaded-virtual
  # GCC 12 sees overlapping, endless and outside copies in `"text" + std::string` that are not there (GCC bugs 105651, 105329).
  "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict;-Wno-stringop-overflow;-Wno-array-bounds>"
  $<$<BOOL:${SIMPLICIT_WARNINGS_AS_ERRORS}>:-Werror>)
