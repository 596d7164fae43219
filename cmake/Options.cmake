# What a builder may switch, and the language level everything is compiled at.
option(SIMPLICIT_BUILD_TESTS "Build the tests (needs Catch2 2; RapidCheck and h5py add more)" ON)
option(SIMPLICIT_BUILD_BENCH "Build the benchmarks in tests/bench" OFF)
option(SIMPLICIT_WITH_RAPIDCHECK "Property tests with RapidCheck" ON)
option(SIMPLICIT_WARNINGS_AS_ERRORS "Treat compiler warnings as errors" OFF)
option(SIMPLICIT_PRECOMPILE "Precompile the headers of the libraries we stand on (the presets do)" OFF)
option(SIMPLICIT_JOIN_SOURCES
       "Compile several sources of a folder as one: faster, and names in them must differ (some presets do)" OFF)
set(SIMPLICIT_SANITIZE "" CACHE STRING "Sanitizers, for example address,undefined")
set(SIMPLICIT_ARCH "" CACHE STRING "Value of -march; empty keeps the compiler's portable default")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
