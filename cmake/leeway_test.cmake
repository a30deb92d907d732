# leeway_test(NAME SOURCE... [THREADED]): one executable, its tests known to ctest one by one.
# THREADED ones carry the label "threaded"; leeway_threaded_tests builds them all, for the tsan preset.
find_package(GTest 1.12 REQUIRED)
include(GoogleTest)

add_custom_target(leeway_threaded_tests)

function(leeway_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "THREADED" "" "")
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE leeway::leeway leeway_dev GTest::gmock_main)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/src)
  target_compile_definitions(${name} PRIVATE LEEWAY_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT LEEWAY_SANITIZE)
    target_compile_definitions(${name} PRIVATE LEEWAY_RELEASE_BUILD)
  endif()
  set(labels unit)
  if(arg_THREADED)
    set(labels threaded)
    add_dependencies(leeway_threaded_tests ${name})
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${labels} SKIP_REGULAR_EXPRESSION "\\[  SKIPPED \\]")
endfunction()
