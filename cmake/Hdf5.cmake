# Parallel HDF5. CMake asks HDF5's own compiler wrapper, which breaks on a build folder with a space in its
# name; then the places where Debian and plain installations keep it are searched.
set(HDF5_PREFER_PARALLEL TRUE)
find_package(HDF5 QUIET COMPONENTS C)

if(NOT HDF5_FOUND)
  set(places HINTS ${HDF5_ROOT} $ENV{HDF5_ROOT} PATH_SUFFIXES hdf5/openmpi hdf5/mpich include lib)
  find_path(HDF5_INCLUDE_DIR hdf5.h ${places})
  find_library(HDF5_LIBRARY NAMES hdf5_openmpi hdf5_mpich hdf5 ${places})
  if(HDF5_INCLUDE_DIR AND HDF5_LIBRARY)
    file(GLOB configurations ${HDF5_INCLUDE_DIR}/H5pubconf*.h)
    foreach(configuration IN LISTS configurations)
      file(STRINGS ${configuration} parallel REGEX "define H5_HAVE_PARALLEL 1")
      if(parallel)
        set(HDF5_IS_PARALLEL TRUE)
      endif()
    endforeach()
    set(HDF5_FOUND TRUE)
    set(HDF5_INCLUDE_DIRS ${HDF5_INCLUDE_DIR})
    set(HDF5_LIBRARIES ${HDF5_LIBRARY})
  endif()
endif()

if(NOT HDF5_FOUND OR NOT HDF5_IS_PARALLEL)
  message(FATAL_ERROR "No HDF5 built with MPI was found. Debian: apt-get install libhdf5-openmpi-dev; "
                      "Spack: spack install hdf5+mpi; then point HDF5_ROOT at it.")
endif()
