// Device memory: allocation, copies through pinned memory, scratch, and the state of a context that they
// share.
#include <cstdlib>
#include <cstring>
#include <memory>

#include "kernels/context.h"
#include "kernels/cuda/cublas.h"
#include "kernels/cuda/device.cuh"
#include "kernels/cuda/host.h"

namespace triptych::cuda {
namespace {

// Pinned memory is host memory that is never paged out, so the card can copy from it asynchronously. A copy
// to the device goes through the pieces of this ring in turn; a piece is reused when its event says that it
// was read. Small copies share a piece: the events of the few that a step makes between its kernels would
// otherwise make the host wait for those. Behind the ring is the memory that results are copied to.
struct Staging {
  static constexpr std::size_t piece_bytes = std::size_t(1) << 20, alignment = 64;
  static constexpr std::size_t result_bytes = 2 * piece_bytes;
  static constexpr int pieces = 4;
  std::byte* results() const { return memory + pieces * piece_bytes; }
  std::byte* memory = nullptr;
  cudaEvent_t read[pieces] = {};
  int piece = 0;
  std::size_t used = 0;  // bytes of the piece
};

struct DeviceBlock {
  std::byte* memory;
  std::size_t size;
};

// The object behind Context::stream.
struct State {
  cudaStream_t stream = nullptr;
  Staging staging;
  std::vector<DeviceBlock> scratch;
  std::size_t block = 0, used = 0;  // the current block of scratch, and the bytes in use there
  void* library = nullptr;          // the handle of cuBLAS
  bool waits = false;               // after every launch
  unsigned* tickets = nullptr;
  Index ticket_count = 0;
  bool idle = false;  // the host has waited, and asked for nothing since

  // At the end of a program CUDA may be shut down before the last context, and so are the static variables of
  // this module: the status of these calls is ignored, and nothing here uses such a variable.
  ~State() {
    if (stream) cudaStreamSynchronize(stream);
    if (library) close_cublas(library);
    for (const DeviceBlock& b : scratch) cudaFree(b.memory);
    cudaFree(tickets);
    for (const cudaEvent_t event : staging.read)
      if (event) cudaEventDestroy(event);
    if (staging.memory) cudaFreeHost(staging.memory);
    if (stream) cudaStreamDestroy(stream);
  }
};

// A thread's CUDA calls go to its current GPU, which another context may have changed.
bool select_device(Context& context) {
  int current = 0;
  if (cudaGetDevice(&current) == cudaSuccess && current == context.ordinal) return true;
  return check(context, "choosing the GPU", cudaSetDevice(context.ordinal));
}

State& state_of(Context& context) {
  select_device(context);
  if (context.stream) return *static_cast<State*>(context.stream.get());
  const auto state = std::make_shared<State>();
  const char* asked = std::getenv("TRIPTYCH_CUDA_SYNC");
  state->waits = asked && std::strcmp(asked, "1") == 0;
  context.stream = state;
  bool well = !failed(context) && check(context, "opening a stream",
                                        cudaStreamCreateWithFlags(&state->stream, cudaStreamNonBlocking));
  well = well && check(context, "allocating pinned memory",
                       cudaMallocHost(&state->staging.memory,
                                      Staging::pieces * Staging::piece_bytes + Staging::result_bytes));
  for (cudaEvent_t& event : state->staging.read)
    well =
        well && check(context, "creating an event", cudaEventCreateWithFlags(&event, cudaEventDisableTiming));
  return *state;
}

// Whether this is an error of a running kernel. It arrives with the first call that notices it, and with
// every later one: a card is lost to a process after it.
bool is_of_running_kernel(cudaError_t status) {
  switch (status) {
    case cudaErrorECCUncorrectable:
    case cudaErrorIllegalAddress:
    case cudaErrorLaunchTimeout:
    case cudaErrorAssert:
    case cudaErrorHardwareStackError:
    case cudaErrorIllegalInstruction:
    case cudaErrorMisalignedAddress:
    case cudaErrorInvalidAddressSpace:
    case cudaErrorInvalidPc:
    case cudaErrorLaunchFailure:
      return true;
    default:
      return false;
  }
}

}  // namespace

void report(Context& context, const std::string& what, cudaError_t status) {
  const std::string says = cudaGetErrorString(status);
  cudaGetLastError();  // what can be survived must not be taken for an error of the next launch
  if (failed(context)) return;
  const auto* state = static_cast<const State*>(context.stream.get());
  const bool named = errors_are_named() || (state && state->waits);
  if (is_of_running_kernel(status) && !named)
    context.error = "a kernel that was launched earlier failed: " + says + " (noticed at: " + what +
                    "); with TRIPTYCH_CUDA_SYNC=1 in the environment every launch waits for its kernel, and "
                    "the message names it";
  else
    context.error = what + ": " + says;
  if (status == cudaErrorMemoryAllocation)
    context.error += "; use smaller batches (--people, --crop) or another device";
}

cudaError_t wait_if_asked(Context& context) {
  // Not state_of: its calls would be the first to notice the error.
  const auto* state = static_cast<const State*>(context.stream.get());
  return state->waits ? cudaStreamSynchronize(state->stream) : cudaSuccess;
}

void*& library_of(Context& context) {
  return state_of(context).library;
}

bool failed(const Context& context) {
  return !context.error.empty();
}

// Who asks for the stream will give it work.
cudaStream_t stream_of(Context& context) {
  State& state = state_of(context);
  state.idle = false;
  return state.stream;
}

// ---- scratch ----------------------------------------------------------------------------------------------

Workspace::Workspace(Context& context)
    : context_(context), block_(state_of(context).block), used_(state_of(context).used) {}

Workspace::~Workspace() {
  State& state = state_of(context_);
  state.block = block_, state.used = used_;
}

void* Workspace::take_bytes(std::size_t bytes) {
  constexpr std::size_t smallest_block = std::size_t(1) << 20, alignment = 256;
  bytes = (bytes + alignment - 1) / alignment * alignment;
  State& state = state_of(context_);
  while (state.block < state.scratch.size() && state.used + bytes > state.scratch[state.block].size)
    ++state.block, state.used = 0;
  if (state.block == state.scratch.size()) {
    DeviceBlock block = {nullptr, bytes > smallest_block ? bytes : smallest_block};
    if (!check(context_, "allocating scratch memory", cudaMalloc(&block.memory, block.size))) return nullptr;
    state.scratch.push_back(block);
    state.used = 0;
  }
  void* result = state.scratch[state.block].memory + state.used;
  state.used += bytes;
  return result;
}

unsigned* tickets_of(Context& context, Index count) {
  constexpr Index fewest = 1024;
  State& state = state_of(context);
  if (count <= state.ticket_count || failed(context)) return state.tickets;
  // cudaFree waits for the kernels that still use the old ones.
  check(context, "tickets", cudaFree(state.tickets));
  state.tickets = nullptr;
  state.ticket_count = count > fewest ? count : fewest;
  const std::size_t bytes = static_cast<std::size_t>(state.ticket_count) * sizeof(unsigned);
  if (!check(context, "tickets", cudaMalloc(&state.tickets, bytes)) ||
      !check(context, "tickets", cudaMemsetAsync(state.tickets, 0, bytes, stream_of(context))))
    state.ticket_count = 0;
  return state.tickets;
}

// ---- allocation: the engine's StoragePool reuses memory, so both calls are rare ---------------------------

void* allocate(Context& context, std::size_t bytes) {
  state_of(context);
  void* memory = nullptr;
  if (failed(context)) return nullptr;
  const cudaError_t status = cudaMalloc(&memory, bytes > 0 ? bytes : 1);
  if (status == cudaSuccess) return memory;
  if (status == cudaErrorMemoryAllocation)
    cudaGetLastError();  // reported by the null pointer; clears the error state
  else
    report(context, "allocating memory", status);  // of an earlier kernel: there may be memory enough
  return nullptr;
}

void release(Context& context, void* memory) {
  if (memory) check(context, "giving memory back", cudaFree(memory));
}

// ---- copies -----------------------------------------------------------------------------------------------

void send(Context& context, void* device, const void* host, std::size_t bytes) {
  State& state = state_of(context);
  Staging& staging = state.staging;
  state.idle = false;
  for (std::size_t at = 0, part; at < bytes && !failed(context); at += part) {
    part = bytes - at < Staging::piece_bytes ? bytes - at : Staging::piece_bytes;
    if (staging.used + part > Staging::piece_bytes) {
      staging.piece = (staging.piece + 1) % Staging::pieces, staging.used = 0;
      if (!check(context, "waiting for an earlier copy", cudaEventSynchronize(staging.read[staging.piece])))
        return;
    }
    std::byte* from = staging.memory + std::size_t(staging.piece) * Staging::piece_bytes + staging.used;
    staging.used += (part + Staging::alignment - 1) / Staging::alignment * Staging::alignment;
    std::memcpy(from, static_cast<const std::byte*>(host) + at, part);
    check(context, "copying to the device",
          cudaMemcpyAsync(static_cast<std::byte*>(device) + at, from, part, cudaMemcpyHostToDevice,
                          state.stream));
    check(context, "marking a copy", cudaEventRecord(staging.read[staging.piece], state.stream));
  }
}

void copy_in(Context& context, void* device, const void* host, std::size_t bytes) {
  send(context, device, host, bytes);
}

// The only kernel that waits: the data must be there when it returns.
void copy_out(Context& context, void* host, const void* device, std::size_t bytes) {
  constexpr std::size_t most = Staging::result_bytes;
  State& state = state_of(context);
  for (std::size_t at = 0; at < bytes && !failed(context); at += most) {
    const std::size_t part = bytes - at < most ? bytes - at : most;
    check(context, "copying from the device",
          cudaMemcpyAsync(state.staging.results(), static_cast<const std::byte*>(device) + at, part,
                          cudaMemcpyDeviceToHost, state.stream));
    if (!check(context, "waiting for the device", cudaStreamSynchronize(state.stream))) return;
    state.idle = true;
    std::memcpy(static_cast<std::byte*>(host) + at, state.staging.results(), part);
  }
}

void copy(Context& context, void* to, const void* from, std::size_t bytes) {
  const cudaStream_t stream = stream_of(context);
  if (bytes > 0 && !failed(context))
    check(context, "copying within the device",
          cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream));
}

void* queue(Context& context) {
  return stream_of(context);
}

void synchronise(Context& context) {
  if (!context.stream) return;
  State& state = state_of(context);
  if (!state.idle) state.idle = check(context, "waiting for the device", cudaStreamSynchronize(state.stream));
}

}  // namespace triptych::cuda
