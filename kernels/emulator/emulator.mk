# How kernels/cuda/*.cu are compiled for the emulator, by the C++ compiler.
#
#   -ffp-contract=off         as nvcc's -fmad=false: a * b + c is two roundings unless the source says fmaf,
#                             so that emulator, PTX interpreter and card compute the same bits
#   -fstack-clash-protection  a large frame touches each of its pages, and so the guard page below the stack
#   -fno-ipa-icf              two kernels with the same code keep two addresses, which identify them (g++)
#   -fno-crossjumping ...     the ends of two branches are not joined: each keeps its own lines
#   -g1                       line numbers for messages (DEBUG=1 has variables, too)
#   -fPIC                     the same objects make the fake card of the tests, a module that is loaded at run
#                             time. In the program the linker turns the detour to thread-local variables into
#                             direct accesses; with gnu2 the compiler counts on it
EMULATOR_INCLUDE := -Ikernels/emulator/include
LOADABLE := $(if $(PIC),,-fPIC $(if $(findstring clang,$(CXX)),,-fno-semantic-interposition \
  $(if $(filter x86_64 amd64,$(target)),-mtls-dialect=gnu2)))
#   -fsanitize=...            g++ announces every access to memory and every overflow of a signed integer to
#                             instrumentation.cpp; not with a real sanitizer, with clang, or with -flto, which
#                             does not keep the names of instrumented.h
EMULATOR_INSTRUMENTED := $(if $(SANITIZE)$(findstring clang,$(CXX))$(findstring -flto,$(CXXFLAGS)),,yes)
EMULATOR_DEFINES := $(if $(EMULATOR_INSTRUMENTED),-DTRIPTYCH_INSTRUMENTED)
EMULATOR_INSTRUMENTATION := $(if $(EMULATOR_INSTRUMENTED),-include kernels/emulator/instrumented.h \
  -fsanitize=thread -U__SANITIZE_THREAD__ --param tsan-instrument-func-entry-exit=0 \
  --param tsan-distinguish-volatile=1 -fsanitize=signed-integer-overflow)
EMULATED_FLAGS := $(EMULATOR_INCLUDE) $(EMULATOR_DEFINES) $(EMULATOR_INSTRUMENTATION) \
  -Wno-unknown-pragmas -ffp-contract=off -fstack-clash-protection \
  $(if $(findstring clang,$(CXX)),,-fno-crossjumping -fno-tree-tail-merge) \
  $(if $(DEBUG),,-g1) $(if $(findstring clang,$(CXX)),,-fno-ipa-icf) $(LOADABLE)

# The scheduler, and what one lane does for its whole warp, are compiled without the sanitizers'
# instrumentation, which would treat fibers as threads that share their data; the scheduler announces the
# fibers to the sanitizers itself.
EMULATOR_SCHEDULER := $(foreach part,block fiber situation tensor_core warp,kernels/emulator/$(part).cpp)
UNINSTRUMENTED := $(EMULATOR_INCLUDE) $(EMULATOR_DEFINES) $(LOADABLE) \
  $(if $(SANITIZE),-O2 -fno-sanitize=all) \
  $(if $(findstring address,$(SANITIZE)),-DTRIPTYCH_ADDRESS_SANITIZER) \
  $(if $(findstring thread,$(SANITIZE)),-DTRIPTYCH_THREAD_SANITIZER)

# The fake card: kernels/cuda on the emulator's runtime as a module, with tests/kernels/fake_cuda between the
# two, which wraps these functions of the runtime (by their names for the linker).
fake_target := $(if $(SANITIZE)$(PIC),,$(filter x86_64 amd64 aarch64,$(target)))
FAKE_CARD := $(if $(fake_target),$(OUT)/tests/device_fake_cuda.so)
FAKE_CUBLAS := $(if $(fake_target),$(OUT)/tests/fake_cublas/libcublas.so.13)
FAKE_NCCL = $(if $(fake_target),$(if $(nccl_module),$(OUT)/tests/fake_nccl/libnccl.so.2))
FAKE_CARD_WRAPS = $(shell grep -o '_Z[0-9N][A-Za-z0-9_]*' tests/kernels/fake_cuda/card.cpp | sort -u)
fake_card_objects := $(patsubst %,$(OUT)/obj/%.o,$(CUDA_SOURCES)) $(patsubst %.cpp,$(OUT)/obj/%.o, \
  $(filter-out kernels/emulator/device.cpp,$(wildcard kernels/emulator/*.cpp))) \
  $(OUT)/obj/kernels/ptx/counters.o \
  $(OUT)/obj/tests/kernels/fake_cuda/card.o $(OUT)/obj/tests/kernels/fake_cuda/processors.o
