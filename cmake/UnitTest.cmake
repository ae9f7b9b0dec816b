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
  target_link_libraries(${target} PRIVATE factorscope_core Qt6::Test ${arg_LIBRARIES})
  add_test(NAME ${name} COMMAND ${target})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300
    ENVIRONMENT "QT_QPA_PLATFORM=offscreen")
endfunction()
