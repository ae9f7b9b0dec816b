# add_unit_test(core/conv/test_gemm [LIBRARIES lib …])
#
# Builds tests/<path>.cpp, a Qt Test, and registers it with ctest under its path without "test_":
# core/conv/gemm. Tests run on the offscreen platform and read files below FACTORSCOPE_TEST_DATA.
function(add_unit_test path)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LIBRARIES")
  string(REPLACE "/" "_" target ${path})
  string(REPLACE "test_" "" name ${path})
  add_executable(${target} ${path}.cpp)
  set_target_properties(${target} PROPERTIES AUTOMOC ON)
  target_compile_definitions(${target} PRIVATE
    FACTORSCOPE_TEST_DATA="${PROJECT_SOURCE_DIR}/tests"
    FACTORSCOPE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(${target} PRIVATE -O1) # compiled more often than run
  endif()
  target_link_libraries(${target} PRIVATE factorscope_core Qt6::Test ${arg_LIBRARIES})
  add_test(NAME ${name} COMMAND ${target})
  set(environment "QT_QPA_PLATFORM=offscreen")
  if(FACTORSCOPE_SANITIZE STREQUAL "thread")
    list(APPEND environment "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/cmake/tsan.supp")
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT 600 ENVIRONMENT "${environment}")
endfunction()
