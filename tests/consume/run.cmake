# Configures, builds and runs one consumer.
#   -DPROJECT -DSCRATCH -DGENERATOR -DCOMPILER, and -DPREFIX of an install or -DLEEWAY_DIR of the sources
file(REMOVE_RECURSE ${SCRATCH})
set(where "")
if(DEFINED PREFIX)
  # Nothing but the install meant here: not one in /usr.
  list(APPEND where -DCMAKE_PREFIX_PATH=${PREFIX} -DLEEWAY_EXPECTED_PREFIX=${PREFIX})
endif()
if(DEFINED LEEWAY_DIR)
  list(APPEND where -DLEEWAY_DIR=${LEEWAY_DIR})
endif()

execute_process(COMMAND ${CMAKE_COMMAND} -S ${PROJECT} -B ${SCRATCH} -G ${GENERATOR}
  -DCMAKE_CXX_COMPILER=${COMPILER} ${where} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${SCRATCH} --parallel 2 COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_CTEST_COMMAND} --test-dir ${SCRATCH} --output-on-failure --no-tests=error
  COMMAND_ERROR_IS_FATAL ANY)
