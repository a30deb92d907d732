# Runs a program and compares what it prints with a file.
#   cmake -DPROGRAM=... -DEXPECTED=x.expected -DACTUAL=x.actual [-DARGS="a;b"] [-DDIRECTORY=...] -P compare_output.cmake
# With LEEWAY_UPDATE_EXPECTED=1 in the environment it writes the file instead; read the diff before you commit it.
foreach(name IN ITEMS PROGRAM EXPECTED ACTUAL)
  if(NOT DEFINED ${name})
    message(FATAL_ERROR "compare_output: -D${name}=... is missing")
  endif()
endforeach()
if(NOT DEFINED DIRECTORY)
  set(DIRECTORY .)
endif()

execute_process(COMMAND ${PROGRAM} ${ARGS} WORKING_DIRECTORY ${DIRECTORY}
  OUTPUT_FILE ${ACTUAL} RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} ended with ${status}")
endif()
if("$ENV{LEEWAY_UPDATE_EXPECTED}" STREQUAL "1")
  configure_file(${ACTUAL} ${EXPECTED} COPYONLY)
  return()
endif()
execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${EXPECTED} ${ACTUAL} RESULT_VARIABLE status ERROR_QUIET)
if(NOT status EQUAL 0)
  execute_process(COMMAND diff -u ${EXPECTED} ${ACTUAL})
  message(FATAL_ERROR "${PROGRAM} does not print ${EXPECTED}")
endif()
