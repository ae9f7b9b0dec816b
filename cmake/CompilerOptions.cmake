# What every target of ours is compiled with, as an interface library.
#
# FACTORSCOPE_SANITIZE   sanitizers for -fsanitize, such as "address,undefined" or "thread"
# FACTORSCOPE_CORE_ONLY  core and its tests alone, without the window (for the thread sanitizer,
#                        which Debian's uninstrumented Qt confuses)

set(FACTORSCOPE_SANITIZE "" CACHE STRING "Sanitizers to build with")
option(FACTORSCOPE_CORE_ONLY "Build core and its tests only" OFF)

add_library(factorscope_options INTERFACE)
target_include_directories(factorscope_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(factorscope_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast
  -Wcast-qual -Wimplicit-fallthrough -Wswitch -Werror
  # GCC 12 sees overlaps in "literal" + std::string that are none (its bug 105651).
  -Wno-restrict
  # The same numbers on every processor: a product and a sum are fused where the code says so only.
  -ffp-contract=off)

if(FACTORSCOPE_SANITIZE)
  target_compile_options(factorscope_options INTERFACE
    -fsanitize=${FACTORSCOPE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    # GCC 12 takes instrumented std::variant for uninitialized.
    -Wno-maybe-uninitialized)
  if(FACTORSCOPE_SANITIZE MATCHES "address")
    # A fifth of the time to compile, for what the address sanitizer stops at, too.
    target_compile_options(factorscope_options INTERFACE
      -fno-sanitize=null,object-size,pointer-overflow,vptr)
  endif()
  target_link_options(factorscope_options INTERFACE -fsanitize=${FACTORSCOPE_SANITIZE})
endif()
