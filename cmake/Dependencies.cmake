# Every library we stand on, found once; simplicit_dependencies carries them to all folders.
set(MPI_CXX_SKIP_MPICXX TRUE)  # the C++ bindings MPI removed long ago only cost compile time
find_package(MPI REQUIRED COMPONENTS CXX)
include(Hdf5)
find_package(Eigen3 3.3 REQUIRED NO_MODULE)
find_package(Boost 1.70 REQUIRED COMPONENTS serialization)
find_package(ZLIB REQUIRED)
find_package(CLI11 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)

set(BLA_VENDOR OpenBLAS)
find_package(BLAS REQUIRED)
find_package(LAPACK REQUIRED)
# Where a package manager keeps each library in a folder of its own, as Spack does, cblas.h lies beside the library.
list(GET BLAS_LIBRARIES 0 blas_library)
get_filename_component(blas_folder "${blas_library}" DIRECTORY)
find_path(CBLAS_INCLUDE_DIR cblas.h HINTS ${blas_folder}/../include ${OpenBLAS_HOME} $ENV{OpenBLAS_HOME}
          PATH_SUFFIXES include openblas include/openblas)
if(NOT CBLAS_INCLUDE_DIR)
  message(FATAL_ERROR "cblas.h not found beside ${blas_library}. Debian: apt-get install libopenblas-dev; "
                      "elsewhere configure with -DCBLAS_INCLUDE_DIR=<its folder>.")
endif()

find_path(XXHASH_INCLUDE_DIR xxhash.h)
find_library(XXHASH_LIBRARY xxhash)
if(NOT XXHASH_INCLUDE_DIR OR NOT XXHASH_LIBRARY)
  message(FATAL_ERROR "xxHash not found. Debian: apt-get install libxxhash-dev.")
endif()

add_library(simplicit_dependencies INTERFACE)
target_include_directories(simplicit_dependencies SYSTEM INTERFACE ${HDF5_INCLUDE_DIRS} ${CBLAS_INCLUDE_DIR} ${XXHASH_INCLUDE_DIR})
target_link_libraries(simplicit_dependencies INTERFACE
  Eigen3::Eigen Boost::serialization ZLIB::ZLIB CLI11::CLI11 fmt::fmt spdlog::spdlog
  nlohmann_json::nlohmann_json MPI::MPI_CXX ${HDF5_LIBRARIES} ${LAPACK_LIBRARIES} ${BLAS_LIBRARIES} ${XXHASH_LIBRARY})
