# NumPy archives are ZIP files, which libarchive writes. An optional component.
set(SIMPLICIT_WITH_NPZ AUTO CACHE STRING "Write npz files: ON, OFF, or AUTO when libarchive is there")
set_property(CACHE SIMPLICIT_WITH_NPZ PROPERTY STRINGS AUTO ON OFF)

set(SIMPLICIT_HAS_NPZ FALSE)
if(SIMPLICIT_WITH_NPZ)
  find_package(LibArchive 3.0 QUIET)
  if(LibArchive_FOUND)
    set(SIMPLICIT_HAS_NPZ TRUE)
  elseif(NOT SIMPLICIT_WITH_NPZ STREQUAL "AUTO")
    message(FATAL_ERROR "libarchive not found. Debian: apt-get install libarchive-dev; "
                        "or configure with -DSIMPLICIT_WITH_NPZ=OFF.")
  else()
    message(STATUS "Without npz files (libarchive not found); Debian: libarchive-dev")
  endif()
endif()
