set(LEEWAY_SANITIZE "" CACHE STRING "Sanitizers for our own targets, as in address,undefined")
option(LEEWAY_COVERAGE "Instrument our own targets for coverage" OFF)

target_compile_options(leeway_dev INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Wcast-qual -Wundef -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(leeway_dev INTERFACE -Wno-restrict)  # g++ 12 finds overlap in std::string's own operator+ (GCC bug 105651)
endif()
if(LEEWAY_SANITIZE)
  target_compile_options(leeway_dev INTERFACE -fsanitize=${LEEWAY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(leeway_dev INTERFACE -fsanitize=${LEEWAY_SANITIZE})
endif()
if(LEEWAY_COVERAGE)
  target_compile_options(leeway_dev INTERFACE --coverage)
  target_link_options(leeway_dev INTERFACE --coverage)
endif()
