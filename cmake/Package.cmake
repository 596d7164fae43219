# `cpack` in the build folder makes a Debian package: program, batch scripts, documents, completion. What the program
# links comes from dpkg-shlibdeps; mpirun and gnuplot are started as programs.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME simplicit)
set(CPACK_PACKAGE_VENDOR simplicit)
set(CPACK_PACKAGE_CONTACT "simplicit maintainers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Sparse and robust implicit neural networks by state-driven implicit modeling")
set(CPACK_PACKAGE_DESCRIPTION
    "Turns a trained neural network into a sparse or robust implicit model, row by row, with a proof for every row, on one "
    "processor or on a cluster with MPI.")
string(JOIN "" CPACK_PACKAGE_DESCRIPTION ${CPACK_PACKAGE_DESCRIPTION})
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "openmpi-bin")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "gnuplot-nox, dataset-fashion-mnist")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "python3-h5py, python3-scipy")
include(CPack)
