# The SIMD sources of kernels/cpu are compiled once per instruction set: -DTRIPTYCH_ISA=<isa> names the
# namespace triptych::cpu::<isa> of everything in them, and kernels.cpp (compiled like any other source)
# selects one table at run time. The Makefile reads the variables below.
#
# No source of this list may leave a weak symbol in its object. An inline function of a shared header,
# compiled here for AVX-512, has the same symbol name as its plain copy elsewhere; the linker keeps the first
# one it finds, and the portable path on an old processor would hit an illegal instruction. So these files use
# no std:: containers or algorithms, their helpers have internal linkage, and `make check` inspects the
# objects (tests/scripts/weak_symbols.sh).

CPU_SIMD_SOURCES := $(filter-out kernels/cpu/kernels.cpp kernels/cpu/warp.cpp,$(wildcard kernels/cpu/*.cpp))
# By the compiler's target, not by this machine: CXX=aarch64-linux-gnu-g++ compiles for another one.
target := $(firstword $(subst -, ,$(shell $(CXX) -dumpmachine 2>/dev/null || uname -m)))
CPU_ISAS := portable $(if $(filter x86_64 amd64,$(target)),avx2 avx512) \
  $(if $(filter aarch64 arm64,$(target)),neon)

# Common to AVX-512 processors since 2017 (Skylake-SP, Zen 4) and to AVX2 processors since 2013 (Haswell,
# Zen).
CPU_FLAGS_portable :=
CPU_FLAGS_avx2 := -mavx2 -mfma
# Part of every 64-bit ARM processor; what the set adds to `portable` is tiles for its 32 registers. Before
# registers are assigned, g++ moves the loads of a step to its front and then spills accumulators: the loop of
# 9 x 12 has 56 instructions with 6 spills for 27 multiply-adds, and 50 without that pass.
CPU_FLAGS_neon := -DTRIPTYCH_NEON $(if $(findstring clang,$(CXX)),,-fno-schedule-insns)
CPU_FLAGS_avx512 := -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma

# a * b + c may become one fused multiply-add (rounded once); nothing else about floating point is relaxed.
CPU_SIMD_FLAGS := $(if $(filter 1,$(DEBUG)),,-O3) -ffp-contract=fast
