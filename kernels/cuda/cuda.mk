# How nvcc compiles this folder. The architectures are those of CUDA_ARCH (numbers, "75 80 90"): PTX for the
# first, which uses no feature of later ones, machine code made from it for each, and the PTX itself, which
# newer cards compile at run time: 7.5 is Turing (T4, RTX 20), 8.0 Ampere (A100; RTX 30 and 40 run its code),
# 9.0 Hopper.
#
#   --expt-relaxed-constexpr   constexpr functions may be called in device code, so that kernels/philox.h and
#                              kernels/shapes.h need no CUDA qualifiers
#   -fmad=false                a * b + c is two roundings unless the source says fmaf, as hot loops do: the
#                              emulator, the PTX interpreter and the card then compute the same bits. All
#                              other kernels are memory-bound
#   -lineinfo                  source lines for profilers and for the PTX interpreter
CUDA_ARCH ?= 75 80 90
CUDA ?= 1

# nvcc 12 or newer, from the PATH or from the folder of NVIDIA's packages. Sanitizers do not instrument device
# code: such a build has no module.
nvcc_found := $(shell command -v nvcc || ls /usr/local/cuda/bin/nvcc 2>/dev/null)
nvcc_release := $(if $(nvcc_found),$(shell $(nvcc_found) --version | sed -n 's/.*release \([0-9]*\).*/\1/p'))
nvcc_usable := $(if $(filter-out 0 1 2 3 4 5 6 7 8 9 10 11,$(nvcc_release)),$(nvcc_found))
NVCC := $(if $(filter-out 0,$(CUDA)),$(if $(SANITIZE),,$(nvcc_usable)))
cuda_module = $(if $(NVCC),$(OUT)/device_cuda.so)

CUDA_SOURCES := $(sort $(wildcard kernels/cuda/*.cu))
# -O1 applies to the host code, which only launches; device code is fully optimised by default.
CUDA_FLAGS := -std=c++20 -O1 -lineinfo -fmad=false --expt-relaxed-constexpr -Xcompiler -fPIC,-Wall,-Wextra
cuda_cards := '-DTRIPTYCH_CUDA_ARCH="$(CUDA_ARCH)"'
space := $() $()
cuda_base := compute_$(firstword $(CUDA_ARCH))
cuda_targets := $(strip $(CUDA_ARCH:%=sm_%) $(cuda_base))
CUDA_CODE := -gencode arch=$(cuda_base),code=[$(subst $(space),$(comma),$(cuda_targets))]
# tensor_*.cu have instructions of compute capability 8.0: they get code for that and what is newer, and an
# older card runs the rest of the module.
tensor_arch := $(or $(shell for arch in $(CUDA_ARCH); do [ $$arch -lt 80 ] || echo $$arch; done),80)
tensor_base := compute_$(firstword $(tensor_arch))
tensor_targets := $(strip $(tensor_arch:%=sm_%) $(tensor_base))
TENSOR_CODE := -gencode arch=$(tensor_base),code=[$(subst $(space),$(comma),$(tensor_targets))]
cuda_code_of = $(if $(filter kernels/cuda/tensor_%.cu,$(1)),$(TENSOR_CODE),$(CUDA_CODE))
