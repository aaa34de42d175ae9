# The NCCL module, communicator_nccl.so: built beside the CUDA module (kernels/cuda/cuda.mk) where nccl.h is
# in CUDA's folder or the system's (package libnccl-dev). NCCL=0 leaves it out.
NCCL ?= 1
cuda_folder := $(patsubst %/bin/nvcc,%,$(NVCC))
nccl_folder := $(if $(filter-out 0,$(NCCL)),$(if $(cuda_folder),$(firstword \
  $(foreach folder,$(cuda_folder) /usr,$(if $(wildcard $(folder)/include/nccl.h),$(folder))))))
nccl_module = $(if $(nccl_folder),$(OUT)/communicator_nccl.so)
nccl_flags := -isystem $(cuda_folder)/include -isystem $(nccl_folder)/include
nccl_libraries := $(foreach folder,$(nccl_folder) $(cuda_folder),-L$(folder)/lib64 -L$(folder)/lib \
  -Wl$(comma)-rpath$(comma)$(folder)/lib) -lnccl

nccl_module_source := engine/nccl/module.cpp
