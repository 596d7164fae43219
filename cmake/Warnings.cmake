# One set of warnings for everything we compile.
add_library(simplicit_warnings INTERFACE)
target_compile_options(simplicit_warnings INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wpedantic -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<BOOL:${SIMPLICIT_WARNINGS_AS_ERRORS}>:-Werror>)
