// The fake card: kernels/cuda and the emulator's runtime in a module of their own, build/tests/
// device_fake_cuda.so, which `--device fake-cuda` loads as the program loads the CUDA module. The linker puts
// the functions below between the two (-Wl,--wrap), and they behave as a card does where the emulator does
// not:
//
//  - an error of a kernel arrives late, with the next call, and then with every call;
//  - its message is the driver's, which names no kernel;
//  - at the end of the process the runtime shuts down before the program's own static objects are gone, and
//    refuses every later call.
//
// TRIPTYCH_FAKE_CUDA injects what goes wrong, as words:
//   driver=11080     the driver's version, which is too old below 12000
//   cards=0          no card is there; cards=2: two, with one memory
//   image=none       the card has no machine code in this module
//   memory=BYTES     the card's memory
//   capability=75    the card's compute capability: 7.5
//   late=N           the N-th launch of the process touches an illegal address
#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <sstream>

#include "kernels/emulator/launch.h"
#include "kernels/emulator/streams.h"

namespace {

struct Orders {
  int driver = 0, cards = 1;
  bool image = true;
  std::size_t memory = std::size_t(1) << 40;
  long late = 0;
  int capability = 80;

  Orders() {
    const char* text = std::getenv("TRIPTYCH_FAKE_CUDA");
    std::istringstream words(text ? text : "");
    for (std::string word; words >> word;) {
      const std::size_t equals = word.find('=');
      const std::string name = word.substr(0, equals), value = word.substr(equals + 1);
      if (name == "driver")
        driver = std::stoi(value);
      else if (name == "cards")
        cards = std::stoi(value);
      else if (name == "image")
        image = value != "none";
      else if (name == "memory")
        memory = std::stoull(value);
      else if (name == "capability")
        capability = std::stoi(value);
      else if (name == "late")
        late = std::stol(value);
      else
        fmt::print(stderr, "TRIPTYCH_FAKE_CUDA: '{}' is no order\n", word), std::abort();
    }
  }
};

struct Card {
  Orders orders;
  std::mutex mutex;
  bool unloaded = false;
  cudaError_t pending = cudaSuccess;  // of a kernel that runs, as it were
  cudaError_t sticky = cudaSuccess;   // what every call returns since
  long launches = 0;
  std::map<void*, std::size_t> allocated;
  std::size_t used = 0;
  int current = 0;  // of `cards`; threads do not matter here

  // What a call returns before it does anything.
  cudaError_t refusal() {
    const std::lock_guard lock(mutex);
    if (unloaded) return cudaErrorCudartUnloading;
    if (pending != cudaSuccess) sticky = pending, pending = cudaSuccess;
    return sticky;
  }
};

// Never destroyed: it has to answer after the end.
Card& card() {
  static Card& instance = *new Card;
  return instance;
}

// Destroyed with the static objects of the module.
struct Shutdown {
  Shutdown() { card(); }
  ~Shutdown() { card().unloaded = true; }
} shutdown;

bool is_of_running_kernel(cudaError_t error) {
  return error == cudaErrorLaunchFailure || error == cudaErrorIllegalAddress;
}

}  // namespace

// A call that the module makes, by the name under which the linker knows it; it is refused, or done.
#define PASS_ON(mangled, parameters, arguments)                           \
  cudaError_t __real_##mangled parameters;                                \
  cudaError_t __wrap_##mangled parameters {                               \
    const cudaError_t refused = card().refusal();                         \
    return refused != cudaSuccess ? refused : __real_##mangled arguments; \
  }

extern "C" {

PASS_ON(_Z14cudaMallocHostPPvm, (void** memory, std::size_t bytes), (memory, bytes))
PASS_ON(_Z12cudaFreeHostPv, (void* memory), (memory))
PASS_ON(_Z15cudaMemcpyAsyncPvPKvm14cudaMemcpyKindP14TriptychStream,
        (void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind, cudaStream_t stream),
        (to, from, bytes, kind, stream))
PASS_ON(_Z25cudaStreamCreateWithFlagsPP14TriptychStreamj, (cudaStream_t * stream, unsigned flags),
        (stream, flags))
PASS_ON(_Z17cudaStreamDestroyP14TriptychStream, (cudaStream_t stream), (stream))
PASS_ON(_Z21cudaStreamSynchronizeP14TriptychStream, (cudaStream_t stream), (stream))
PASS_ON(_Z24cudaEventCreateWithFlagsPP13TriptychEventj, (cudaEvent_t * event, unsigned flags), (event, flags))
PASS_ON(_Z15cudaEventRecordP13TriptychEventP14TriptychStream, (cudaEvent_t event, cudaStream_t stream),
        (event, stream))
PASS_ON(_Z20cudaEventSynchronizeP13TriptychEvent, (cudaEvent_t event), (event))
PASS_ON(_Z16cudaEventDestroyP13TriptychEvent, (cudaEvent_t event), (event))

// What the library that stands in for NCCL (nccl.cpp) asks for: work for a stream, and which card was chosen.
__attribute__((visibility("default"))) void triptych_fake_enqueue(void* stream, void (*work)(void*),
                                                                  void* data) {
  triptych::emulator::enqueue(static_cast<cudaStream_t>(stream), [=] { work(data); });
}
__attribute__((visibility("default"))) int triptych_fake_device() {
  return card().current;
}

// The emulator has one card, which is all of them here.
cudaError_t __wrap__Z13cudaGetDevicePi(int* device) {
  *device = card().current;
  return card().refusal();
}
cudaError_t __real__Z13cudaSetDevicei(int device);
cudaError_t __wrap__Z13cudaSetDevicei(int device) {
  if (const cudaError_t refused = card().refusal(); refused != cudaSuccess) return refused;
  if (device < 0 || device >= card().orders.cards) return __real__Z13cudaSetDevicei(device);
  card().current = device;
  return cudaSuccess;
}

cudaError_t __real__Z10cudaMallocPPvm(void** memory, std::size_t bytes);
cudaError_t __wrap__Z10cudaMallocPPvm(void** memory, std::size_t bytes) {
  if (const cudaError_t refused = card().refusal(); refused != cudaSuccess) return refused;
  const std::lock_guard lock(card().mutex);
  if (bytes > card().orders.memory - card().used) return cudaErrorMemoryAllocation;
  const cudaError_t status = __real__Z10cudaMallocPPvm(memory, bytes);
  if (status == cudaSuccess) card().allocated[*memory] = bytes, card().used += bytes;
  return status;
}

cudaError_t __real__Z8cudaFreePv(void* memory);
cudaError_t __wrap__Z8cudaFreePv(void* memory) {
  if (const cudaError_t refused = card().refusal(); refused != cudaSuccess) return refused;
  const std::lock_guard lock(card().mutex);
  if (const auto found = card().allocated.find(memory); found != card().allocated.end())
    card().used -= found->second, card().allocated.erase(found);
  return __real__Z8cudaFreePv(memory);
}

cudaError_t __real__Z20cudaDriverGetVersionPi(int* version);
cudaError_t __wrap__Z20cudaDriverGetVersionPi(int* version) {
  *version = card().orders.driver;
  return cudaSuccess;
}

cudaError_t __wrap__Z18cudaGetDeviceCountPi(int* count) {
  int runtime = 0;
  cudaRuntimeGetVersion(&runtime);
  const Orders& orders = card().orders;
  if (orders.driver > 0 && orders.driver < runtime) return cudaErrorInsufficientDriver;
  if (orders.cards == 0) return cudaErrorNoDevice;
  *count = orders.cards;
  return cudaSuccess;
}

cudaError_t __real__Z23cudaGetDevicePropertiesP14cudaDevicePropi(cudaDeviceProp* properties, int device);
cudaError_t __wrap__Z23cudaGetDevicePropertiesP14cudaDevicePropi(cudaDeviceProp* properties, int device) {
  const cudaError_t status = __real__Z23cudaGetDevicePropertiesP14cudaDevicePropi(properties, device);
  std::strcpy(properties->name, "fake card");
  return status;
}

cudaError_t __real__Z22cudaDeviceGetAttributePi14cudaDeviceAttri(int* value, cudaDeviceAttr attribute,
                                                                 int device);
cudaError_t __wrap__Z22cudaDeviceGetAttributePi14cudaDeviceAttri(int* value, cudaDeviceAttr attribute,
                                                                 int device) {
  const cudaError_t status = __real__Z22cudaDeviceGetAttributePi14cudaDeviceAttri(value, attribute, device);
  if (attribute == cudaDevAttrComputeCapabilityMajor) *value = card().orders.capability / 10;
  if (attribute == cudaDevAttrComputeCapabilityMinor) *value = card().orders.capability % 10;
  return status;
}

cudaError_t __real__Z25cudaGetFunctionAttributesP18cudaFuncAttributesPKv(cudaFuncAttributes* attributes,
                                                                         const void* function);
cudaError_t __wrap__Z25cudaGetFunctionAttributesP18cudaFuncAttributesPKv(cudaFuncAttributes* attributes,
                                                                         const void* function) {
  if (!card().orders.image) return cudaErrorNoKernelImageForDevice;
  return __real__Z25cudaGetFunctionAttributesP18cudaFuncAttributesPKv(attributes, function);
}

// A launch returns at once, and so does the question for its error, unless the launch itself was bad.
void __real__ZN8triptych8emulator6submitESt10shared_ptrINS0_6LaunchEEP14TriptychStream(
    std::shared_ptr<triptych::emulator::Launch> launch, cudaStream_t stream);
void __wrap__ZN8triptych8emulator6submitESt10shared_ptrINS0_6LaunchEEP14TriptychStream(
    std::shared_ptr<triptych::emulator::Launch> launch, cudaStream_t stream) {
  if (card().refusal() != cudaSuccess) return;
  __real__ZN8triptych8emulator6submitESt10shared_ptrINS0_6LaunchEEP14TriptychStream(std::move(launch),
                                                                                    stream);
  cudaError_t status = cudaPeekAtLastError();
  const std::lock_guard lock(card().mutex);
  if (++card().launches == card().orders.late) status = cudaErrorIllegalAddress;
  if (is_of_running_kernel(status)) card().pending = status;
}

cudaError_t __real__Z16cudaGetLastErrorv();
cudaError_t __wrap__Z16cudaGetLastErrorv() {
  const cudaError_t status = __real__Z16cudaGetLastErrorv();
  const std::lock_guard lock(card().mutex);
  if (card().unloaded) return cudaErrorCudartUnloading;
  if (card().sticky != cudaSuccess) return card().sticky;
  return is_of_running_kernel(status) ? cudaSuccess : status;
}

const char* __real__Z18cudaGetErrorString11cudaError_t(cudaError_t error);
const char* __wrap__Z18cudaGetErrorString11cudaError_t(cudaError_t error) {
  if (error == cudaErrorIllegalAddress) return "an illegal memory access was encountered";
  if (error == cudaErrorLaunchFailure) return "unspecified launch failure";
  if (error == cudaErrorMemoryAllocation) return "out of memory";
  return __real__Z18cudaGetErrorString11cudaError_t(error);
}

bool __wrap__ZN8triptych4cuda16errors_are_namedEv() {
  return false;
}

}  // extern "C"
