# Numbers look the same in a host with a comma for the decimal point. The German locale is preloaded, so
# the programs and tests here are those that everybody runs.
add_library(german_locale MODULE german_locale.cpp)
add_executable(locale_probe locale_probe.cpp)
foreach(target IN ITEMS german_locale locale_probe)
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_link_libraries(${target} PRIVATE leeway_dev)
endforeach()

# locale_test(NAME WANTED PROGRAM...)
function(locale_test name wanted)
  add_test(NAME repo.locale.${name} COMMAND sh ${PROJECT_SOURCE_DIR}/tests/repo/locale.sh
    ${PROJECT_BINARY_DIR}/tests/repo/locales $<TARGET_FILE:german_locale> ${wanted} ${ARGN})
  set_tests_properties(repo.locale.${name} PROPERTIES LABELS repo SKIP_RETURN_CODE 77)
endfunction()

locale_test(is_german differs $<TARGET_FILE:locale_probe>)
if(TARGET leeway_cli)
  locale_test(command same sh ${CMAKE_CURRENT_SOURCE_DIR}/locale_command.sh
    $<TARGET_FILE:leeway_cli> ${CMAKE_CURRENT_BINARY_DIR}/locale_command)
endif()

# Called when all targets exist: the example that prints through the library (the others print numbers with printf,
# which follows the host), and the tests of what writes or reads text, but those that write their input files through
# streams, as cli_test does.
function(leeway_locale_tests)
  locale_test(02_monitor same $<TARGET_FILE:02_monitor>)
  foreach(program IN ITEMS report_test store_test profile_test config_test)
    if(TARGET ${program})
      # Timings differ from run to run; what fails is printed all the same.
      locale_test(${program} same $<TARGET_FILE:${program}> --gtest_brief=1 --gtest_print_time=0)
    endif()
  endforeach()
endfunction()
cmake_language(DEFER DIRECTORY ${PROJECT_SOURCE_DIR}/tests CALL leeway_locale_tests)
