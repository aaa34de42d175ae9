# How kernels/cuda/*.cu are compiled for the emulator, by the C++ compiler.
#
#   -ffp-contract=off         as nvcc's -fmad=false: a * b + c is two roundings unless the source says fmaf,
#                             so that emulator, PTX interpreter and card compute the same bits
#   -fstack-clash-protection  a large frame touches each of its pages, and so the guard page below the stack
#   -fno-ipa-icf              two kernels with the same code keep two addresses, which identify them (g++)
#   -g1                       line numbers for messages (DEBUG=1 has variables, too)
EMULATOR_INCLUDE := -Ikernels/emulator/include
EMULATED_FLAGS := $(EMULATOR_INCLUDE) -Wno-unknown-pragmas -ffp-contract=off -fstack-clash-protection \
  $(if $(DEBUG),,-g1) $(if $(findstring clang,$(CXX)),,-fno-ipa-icf)

# The scheduler is compiled without the sanitizers' instrumentation, which would treat fibers as threads that
# share its data; it announces the fibers to the sanitizers itself.
EMULATOR_SCHEDULER := $(foreach part,block fiber situation warp,kernels/emulator/$(part).cpp)
UNINSTRUMENTED := $(EMULATOR_INCLUDE) $(if $(SANITIZE),-O2 -fno-sanitize=all) \
  $(if $(findstring address,$(SANITIZE)),-DTRIPTYCH_ADDRESS_SANITIZER) \
  $(if $(findstring thread,$(SANITIZE)),-DTRIPTYCH_THREAD_SANITIZER)
