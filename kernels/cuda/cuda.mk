# How nvcc compiles this folder. The architectures are those of CUDA_ARCH (numbers, "80 90"): PTX for the
# first, which asks for nothing that later ones have to itself, machine code made from it for each, and the
# PTX as well, which newer cards translate themselves.
#
#   --expt-relaxed-constexpr   constexpr functions may be called on the GPU as well, so that kernels/philox.h and
#                              kernels/shapes.h need no word of CUDA in them
#   -fmad=false                a * b + c is two roundings unless the source says fmaf, and hot loops do: the emulator, the
#                              PTX interpreter and the card then compute the same bits. What is left is limited by memory.
#   -lineinfo                  tells profilers, and our PTX interpreter, the source line of an instruction
CUDA_ARCH ?= 80 90
CUDA ?= 1

# nvcc 12 or newer, from the PATH or from where NVIDIA's packages put it. Sanitizers see nothing of a GPU:
# such a build has no module.
nvcc_found := $(shell command -v nvcc || ls /usr/local/cuda/bin/nvcc 2>/dev/null)
nvcc_release := $(if $(nvcc_found),$(shell $(nvcc_found) --version | sed -n 's/.*release \([0-9]*\).*/\1/p'))
NVCC := $(if $(filter-out 0,$(CUDA)),$(if $(SANITIZE),,$(if $(filter-out 0 1 2 3 4 5 6 7 8 9 10 11,$(nvcc_release)),$(nvcc_found))))
cuda_module = $(if $(NVCC),$(OUT)/device_cuda.so)

CUDA_SOURCES := $(sort $(wildcard kernels/cuda/*.cu))
# -O1 is for the processor's side, which launches: what runs on the card is optimised in full unless it is
# told otherwise.
CUDA_FLAGS := -std=c++20 -O1 -lineinfo -fmad=false --expt-relaxed-constexpr -Xcompiler -fPIC,-Wall,-Wextra
space := $() $()
CUDA_CODE := -gencode arch=compute_$(firstword $(CUDA_ARCH)),code=[$(subst $(space),$(comma),$(strip $(CUDA_ARCH:%=sm_%) compute_$(firstword $(CUDA_ARCH))))]
