# add_kernels(target source function)
#
# Compiles `source` into `target` once for each instruction set of the processor's family, the levels of the x86-64
# psABI. Each copy defines one function, <function>Baseline, <function>Sse4, <function>Avx2 or <function>Avx512, named by
# the macro FACTORSCOPE_KERNEL. It may use Highway's vectors, which are those of the set (and four emulated floats for
# the baseline), or Eigen, which is renamed in all but the first, see core/conv/gemm_kernel.cpp; no other code that the
# linker could share.
function(add_kernels target source function)
  set(sets Baseline)
  set(flags_Baseline "")
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    list(APPEND sets Sse4 Avx2 Avx512)
    # Highway distrusts its emulation under GCC 12.2 for a bug in products of 16-bit integers: there are none here.
    set(flags_Baseline -DHWY_COMPILE_ONLY_EMU128 -DHWY_BROKEN_EMU128=0)
    target_compile_definitions(${target} PRIVATE FACTORSCOPE_X86_KERNELS)
  endif()
  set(flags_Sse4 -march=x86-64-v2 -DEigen=Eigen_sse4)
  set(flags_Avx2 -march=x86-64-v3 -DEigen=Eigen_avx2)
  set(flags_Avx512 -march=x86-64-v4 -mprefer-vector-width=512 -DEigen=Eigen_avx512)
  # Optimised and inlined in every configuration: no code outside Eigen's namespace may remain. The checks of
  # sanitizers take minutes to optimise further.
  set(optimisation -O2)
  if(FACTORSCOPE_SANITIZE)
    set(optimisation -O1 -finline-functions -finline-small-functions)
  endif()
  foreach(set IN LISTS sets)
    set(object ${target}_${function}_${set})
    add_library(${object} OBJECT ${source})
    target_link_libraries(${object} PRIVATE factorscope_options Eigen3::Eigen)
    target_compile_definitions(${object} PRIVATE
      FACTORSCOPE_KERNEL=${function}${set}
      HWY_DISABLE_PCLMUL_AES) # not part of the levels
    target_compile_options(${object} PRIVATE ${flags_${set}} ${optimisation} -Wno-maybe-uninitialized)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${object}>)
  endforeach()
endfunction()
