# add_kernels(target source function)
#
# Compiles `source` into `target` once for each instruction set of the processor's family. Each
# copy defines one function, <function>Baseline, <function>Avx2 or <function>Avx512, named by the
# macro FACTORSCOPE_KERNEL. Eigen is renamed in all but the first, see core/conv/gemm_kernel.cpp.
function(add_kernels target source function)
  set(sets Baseline)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    list(APPEND sets Avx2 Avx512)
    target_compile_definitions(${target} PRIVATE FACTORSCOPE_X86_KERNELS)
  endif()
  set(flags_Baseline "")
  set(flags_Avx2 -mavx2 -mfma -DEigen=Eigen_avx2)
  set(flags_Avx512 -mavx512f -mavx512vl -mavx512bw -mavx512dq -mfma -mprefer-vector-width=512
      -DEigen=Eigen_avx512)
  foreach(set IN LISTS sets)
    set(object ${target}_${function}_${set})
    add_library(${object} OBJECT ${source})
    target_link_libraries(${object} PRIVATE factorscope_options Eigen3::Eigen)
    target_compile_definitions(${object} PRIVATE FACTORSCOPE_KERNEL=${function}${set})
    # -O2 and inlining in every configuration: no code outside Eigen's namespace may remain.
    target_compile_options(${object} PRIVATE ${flags_${set}} -O2 -Wno-maybe-uninitialized)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${object}>)
  endforeach()
endfunction()
