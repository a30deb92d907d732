# Two export sets: leeway::core, which needs nothing, and leeway::leeway, which needs what a static link needs.
include(CMakePackageConfigHelpers)

set(LEEWAY_INSTALL_CMAKEDIR ${CMAKE_INSTALL_LIBDIR}/cmake/leeway)
set(LEEWAY_INSTALL_PKGCONFIGDIR ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/leeway DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

install(TARGETS leeway_core EXPORT leeway_core)
install(EXPORT leeway_core FILE leeway-core-targets.cmake NAMESPACE leeway:: DESTINATION ${LEEWAY_INSTALL_CMAKEDIR})

if(NOT LEEWAY_CORE_ONLY)
  install(TARGETS leeway EXPORT leeway)
  install(EXPORT leeway FILE leeway-targets.cmake NAMESPACE leeway:: DESTINATION ${LEEWAY_INSTALL_CMAKEDIR})
  if(TARGET leeway_cli)
    install(TARGETS leeway_cli)
  endif()

  # Whether the library links Highway, which Debian has as a shared library only.
  get_target_property(links leeway LINK_LIBRARIES)
  set(LEEWAY_LINKS_HWY OFF)
  if("${links}" MATCHES "hwy")
    set(LEEWAY_LINKS_HWY ON)
  endif()

  # The prefix is found from the file's own place, so the tree can be moved.
  file(RELATIVE_PATH LEEWAY_PC_TO_PREFIX
       ${CMAKE_INSTALL_PREFIX}/${LEEWAY_INSTALL_PKGCONFIGDIR} ${CMAKE_INSTALL_PREFIX})
  string(REGEX REPLACE "/$" "" LEEWAY_PC_TO_PREFIX "${LEEWAY_PC_TO_PREFIX}")
  set(LEEWAY_PC_REQUIRES "")
  set(LEEWAY_PC_DEFINES "")
  if(NOT BUILD_SHARED_LIBS)
    set(LEEWAY_PC_DEFINES " -DLEEWAY_STATIC_DEFINE")
    set(LEEWAY_PC_REQUIRES "re2, libcrypto")
    if(LEEWAY_LINKS_HWY)
      string(APPEND LEEWAY_PC_REQUIRES ", libhwy")
    endif()
  endif()
  configure_file(${CMAKE_CURRENT_LIST_DIR}/leeway.pc.in ${PROJECT_BINARY_DIR}/leeway.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/leeway.pc DESTINATION ${LEEWAY_INSTALL_PKGCONFIGDIR})
endif()

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/leeway-config.cmake.in ${PROJECT_BINARY_DIR}/leeway-config.cmake
  INSTALL_DESTINATION ${LEEWAY_INSTALL_CMAKEDIR} NO_SET_AND_CHECK_MACRO)
# While the major number is 0 a minor release may break its users.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/leeway-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/leeway-config.cmake ${PROJECT_BINARY_DIR}/leeway-config-version.cmake
  DESTINATION ${LEEWAY_INSTALL_CMAKEDIR})

if(PROJECT_IS_TOP_LEVEL)
  include(${CMAKE_CURRENT_LIST_DIR}/package.cmake)
endif()
