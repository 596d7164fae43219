# A usable tree: the program, the batch scripts and the words that explain them.
include(GNUInstallDirs)
install(TARGETS simplicit RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY jobs/ DESTINATION ${CMAKE_INSTALL_DATADIR}/simplicit/jobs USE_SOURCE_PERMISSIONS)
install(FILES README.md LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
