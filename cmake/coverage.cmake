# coverage_report: what the tests that have run reached of src/ and include/.
find_program(LEEWAY_GCOVR gcovr REQUIRED)
mark_as_advanced(LEEWAY_GCOVR)
add_custom_target(coverage_report USES_TERMINAL
  COMMAND ${LEEWAY_GCOVR} --root ${PROJECT_SOURCE_DIR} --filter ${PROJECT_SOURCE_DIR}/src/ --filter ${PROJECT_SOURCE_DIR}/include/
          --exclude-throw-branches --print-summary ${PROJECT_BINARY_DIR})
