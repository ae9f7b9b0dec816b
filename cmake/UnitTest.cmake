# Two hundred programs: with gold they are linked in a third of the time.
include(CheckLinkerFlag)
check_linker_flag(CXX -fuse-ld=gold FACTORSCOPE_HAS_GOLD)

# What every test is compiled and linked with.
function(set_unit_test_options target)
  target_compile_definitions(${target} PRIVATE
    FACTORSCOPE_TEST_DATA="${PROJECT_SOURCE_DIR}/tests"
    FACTORSCOPE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(${target} PRIVATE -O1) # compiled more often than run
  endif()
  if(FACTORSCOPE_HAS_GOLD AND NOT FACTORSCOPE_SANITIZE)
    target_link_options(${target} PRIVATE -fuse-ld=gold)
  endif()
endfunction()

# add_test_headers(core_test_headers [LIBRARIES lib …] [HEADERS <header> …])
#
# What most tests include, read once for all those below core, ui or app: half of the time they take to compile.
function(add_test_headers target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LIBRARIES;HEADERS")
  file(CONFIGURE OUTPUT ${target}.cpp CONTENT "")
  add_library(${target} OBJECT ${CMAKE_CURRENT_BINARY_DIR}/${target}.cpp)
  set_unit_test_options(${target})
  target_link_libraries(${target} PRIVATE factorscope_core Qt6::Test ${arg_LIBRARIES})
  target_precompile_headers(${target} PRIVATE
    <QTest> <algorithm> <array> <cmath> <cstring> <filesystem> <functional> <limits> <map> <memory>
    <optional> <random> <span> <stop_token> <string> <variant> <vector> ${arg_HEADERS})
endfunction()

# add_unit_test(core/conv/test_gemm [THREADED] [LIBRARIES lib …])
#
# Builds tests/<path>.cpp, a Qt Test, and registers it with ctest under its path without "test_":
# core/conv/gemm. Tests run on the offscreen platform and read files below FACTORSCOPE_TEST_DATA.
# Those in which threads work beside each other are THREADED: the thread sanitizer is for them.
function(add_unit_test path)
  cmake_parse_arguments(PARSE_ARGV 1 arg "THREADED" "" "LIBRARIES")
  if(FACTORSCOPE_SANITIZE STREQUAL "thread" AND NOT arg_THREADED)
    return()
  endif()
  string(REPLACE "/" "_" target ${path})
  string(REPLACE "test_" "" name ${path})
  # By hand: AUTOMOC would take as long for each test as its compilation does.
  cmake_path(GET path FILENAME file)
  set(moc ${CMAKE_CURRENT_BINARY_DIR}/moc/${target}/${file}.moc)
  qt_generate_moc(${path}.cpp ${moc})
  add_executable(${target} ${path}.cpp ${moc})
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/moc/${target})
  set_unit_test_options(${target})
  target_link_libraries(${target} PRIVATE factorscope_core Qt6::Test ${arg_LIBRARIES})
  string(REGEX MATCH "^[a-z]+" room ${path})
  if(TARGET ${room}_test_headers)
    target_precompile_headers(${target} REUSE_FROM ${room}_test_headers)
  endif()
  add_test(NAME ${name} COMMAND ${target})
  set(environment "QT_QPA_PLATFORM=offscreen")
  if(FACTORSCOPE_SANITIZE STREQUAL "thread")
    list(APPEND environment "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/cmake/tsan.supp")
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT 600 ENVIRONMENT "${environment}")
endfunction()
