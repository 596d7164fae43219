# Tests as ctest entries: unit tests once, MPI tests at each number of ranks, all with a timeout,
# so that a deadlock fails instead of hanging.
find_package(Catch2 2 REQUIRED)
if(SIMPLICIT_WITH_RAPIDCHECK)
  find_library(RAPIDCHECK_LIBRARY rapidcheck)
  find_path(RAPIDCHECK_INCLUDE_DIR rapidcheck.h)
  if(NOT RAPIDCHECK_LIBRARY OR NOT RAPIDCHECK_INCLUDE_DIR)
    message(FATAL_ERROR "RapidCheck not found. Debian: apt-get install librapidcheck-dev; "
                        "or configure with -DSIMPLICIT_WITH_RAPIDCHECK=OFF to leave the property tests out.")
  endif()
endif()

set(SIMPLICIT_TEST_RANKS 1 2 3 4)
set(SIMPLICIT_TEST_TIMEOUT 300)

# How a test launches ranks: oversubscribed, quiet about itself, idle ranks yield, root allowed when root.
set(SIMPLICIT_LAUNCH ${MPIEXEC_EXECUTABLE} -q --oversubscribe --bind-to none
    --mca mpi_yield_when_idle 1 --mca btl_base_warn_component_unused 0)
execute_process(COMMAND id -u OUTPUT_VARIABLE uid OUTPUT_STRIP_TRAILING_WHITESPACE)
set(SIMPLICIT_TEST_ENVIRONMENT "OMPI_MCA_rmaps_base_oversubscribe=1" "OMPI_MCA_mpi_yield_when_idle=1"
    "SIMPLICIT=$<TARGET_FILE:simplicit>")
if(uid EQUAL 0)
  list(APPEND SIMPLICIT_TEST_ENVIRONMENT "OMPI_ALLOW_RUN_AS_ROOT=1" "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1")
endif()

# Each test program links only its own folder and those before it, and of tests/support what it calls.
add_library(simplicit_test_support INTERFACE)
target_link_libraries(simplicit_test_support INTERFACE simplicit_parallel Catch2::Catch2)
target_include_directories(simplicit_test_support INTERFACE ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/src)
add_library(simplicit_test_main STATIC ${PROJECT_SOURCE_DIR}/tests/support/main.cpp)
add_library(simplicit_mpi_test_main STATIC ${PROJECT_SOURCE_DIR}/tests/support/mpi_main.cpp)
foreach(main simplicit_test_main simplicit_mpi_test_main)
  target_link_libraries(${main} PUBLIC simplicit_test_support)
  target_compile_options(${main} PRIVATE $<$<CONFIG:Release>:-O0>)  # Catch itself: long to optimise, quick to run
endforeach()

# What every test program is compiled with.
function(simplicit_test_options target)
  target_link_libraries(${target} PRIVATE simplicit_test_support simplicit_warnings)
  if(SIMPLICIT_WITH_RAPIDCHECK)
    target_compile_definitions(${target} PRIVATE SIMPLICIT_WITH_RAPIDCHECK)
    target_include_directories(${target} SYSTEM PRIVATE ${RAPIDCHECK_INCLUDE_DIR})
    target_link_libraries(${target} PRIVATE ${RAPIDCHECK_LIBRARY})
  endif()
  if(SIMPLICIT_PRECOMPILE)
    # The tests' own code need not be fast; at -O1 gcc 12 sees array bounds in std::string and numbers not yet set
    # in Eigen's matrices that are not there.
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1> -Wno-array-bounds -Wno-maybe-uninitialized)
  endif()
endfunction()

if(SIMPLICIT_PRECOMPILE)
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/precompiled.cpp CONTENT "")
  add_library(simplicit_test_headers OBJECT ${CMAKE_CURRENT_BINARY_DIR}/precompiled.cpp)
  simplicit_test_options(simplicit_test_headers)
  target_precompile_headers(simplicit_test_headers PRIVATE
    <catch2/catch.hpp> <Eigen/Core> <Eigen/SparseCore> <nlohmann/json.hpp>
    $<$<BOOL:${SIMPLICIT_WITH_RAPIDCHECK}>:rapidcheck.h>)
endif()

# References and random problems, compiled once; a program gets those that it calls.
file(GLOB test_references CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/support/*.cpp)
list(FILTER test_references EXCLUDE REGEX "main\\.cpp$")
add_library(simplicit_test_references STATIC ${test_references})
target_link_libraries(simplicit_test_references PUBLIC simplicit_dependencies)
target_include_directories(simplicit_test_references PRIVATE ${PROJECT_SOURCE_DIR}/include)
simplicit_test_options(simplicit_test_references)
if(SIMPLICIT_PRECOMPILE)
  target_precompile_headers(simplicit_test_references REUSE_FROM simplicit_test_headers)
endif()

function(simplicit_test_program name main folder)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE ${main} simplicit_test_references simplicit_${folder})
  simplicit_test_options(${name})
  if(SIMPLICIT_PRECOMPILE)
    target_precompile_headers(${name} REUSE_FROM simplicit_test_headers)
  endif()
  if(SIMPLICIT_JOIN_SOURCES)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
endfunction()

# add_mpi_test(name RANKS 1 2 COMMAND program args...): one ctest entry per number of ranks.
function(add_mpi_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "RANKS;COMMAND" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT ${SIMPLICIT_TEST_TIMEOUT})
  endif()
  foreach(ranks IN LISTS arg_RANKS)
    add_test(NAME ${name}_${ranks}_ranks COMMAND ${SIMPLICIT_LAUNCH} -n ${ranks} ${arg_COMMAND})
    set_tests_properties(${name}_${ranks}_ranks PROPERTIES
      PROCESSORS 2 TIMEOUT ${arg_TIMEOUT} LABELS "ranks_${ranks}"
      ENVIRONMENT "${SIMPLICIT_TEST_ENVIRONMENT}")
  endforeach()
endfunction()

function(simplicit_folder_tests folder)
  file(GLOB unit CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/test_*.cpp)
  if(NOT SIMPLICIT_HAS_ONNX)
    list(FILTER unit EXCLUDE REGEX "/test_onnx_[a-z_]*\\.cpp$")
  endif()
  if(unit)
    simplicit_test_program(unit_${folder} simplicit_test_main ${folder} ${unit})
    if(folder MATCHES "^(network|layers|shared)$" AND SIMPLICIT_HAS_ONNX)
      target_link_libraries(unit_${folder} PRIVATE simplicit_onnx_dependencies)
    endif()
    if(folder STREQUAL "network" AND SIMPLICIT_HAS_ONNX)
      target_compile_definitions(unit_network PRIVATE SIMPLICIT_TEST_DATA="${CMAKE_CURRENT_SOURCE_DIR}")
    endif()
    add_test(NAME unit_${folder} COMMAND unit_${folder})
    set_tests_properties(unit_${folder} PROPERTIES TIMEOUT ${SIMPLICIT_TEST_TIMEOUT}
      ENVIRONMENT "${SIMPLICIT_TEST_ENVIRONMENT}")
  endif()
  file(GLOB mpi CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/mpi_*.cpp)
  if(NOT SIMPLICIT_HAS_ONNX)
    list(FILTER mpi EXCLUDE REGEX "/mpi_onnx_[a-z_]*\\.cpp$")
  endif()
  if(mpi)
    simplicit_test_program(mpi_${folder} simplicit_mpi_test_main ${folder} ${mpi})
    if(folder STREQUAL "shared" AND SIMPLICIT_HAS_ONNX)
      target_link_libraries(mpi_${folder} PRIVATE simplicit_onnx_dependencies)
    endif()
    add_mpi_test(mpi_${folder} RANKS ${SIMPLICIT_TEST_RANKS} COMMAND $<TARGET_FILE:mpi_${folder}>)
  endif()
endfunction()

# Every public header compiles alone, which is tried when the tests run; only Eigen, which nearly all have through base/types.hpp, is read once for all.
function(simplicit_check_headers)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/include
       ${PROJECT_SOURCE_DIR}/include/simplicit/*.hpp)
  set(sources "")
  foreach(header IN LISTS headers)
    string(MAKE_C_IDENTIFIER ${header} identifier)
    set(source ${CMAKE_CURRENT_BINARY_DIR}/headers/${identifier}.cpp)
    file(CONFIGURE OUTPUT ${source} CONTENT "#include <${header}>\n")
    list(APPEND sources ${source})
  endforeach()
  add_library(simplicit_headers_compile_alone OBJECT EXCLUDE_FROM_ALL ${sources})
  target_link_libraries(simplicit_headers_compile_alone PRIVATE simplicit_cli)
  target_compile_options(simplicit_headers_compile_alone PRIVATE -O0)
  if(SIMPLICIT_PRECOMPILE)
    target_precompile_headers(simplicit_headers_compile_alone PRIVATE <Eigen/Core> <Eigen/SparseCore>)
  endif()
  add_test(NAME headers_compile_alone
    COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --target simplicit_headers_compile_alone --parallel 2)
  set_tests_properties(headers_compile_alone PROPERTIES PROCESSORS 2 TIMEOUT 1200)
endfunction()
