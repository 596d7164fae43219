# The git commit (and whether the tree was changed) is stamped anew on every build.
add_custom_target(simplicit_version
  COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${PROJECT_SOURCE_DIR} -DVERSION=${PROJECT_VERSION}
          -DINPUT=${PROJECT_SOURCE_DIR}/cmake/version.hpp.in
          -DOUTPUT=${PROJECT_BINARY_DIR}/generated/simplicit_version.hpp
          -P ${PROJECT_SOURCE_DIR}/cmake/StampVersion.cmake
  BYPRODUCTS ${PROJECT_BINARY_DIR}/generated/simplicit_version.hpp
  COMMENT "Stamping the version")
