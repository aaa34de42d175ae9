// Device memory: allocation, copies through pinned memory, scratch, and the state of a context that they
// share.
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
// was read.
struct Staging {
  static constexpr std::size_t piece_bytes = std::size_t(1) << 20;
  static constexpr int pieces = 4;
  std::byte* memory = nullptr;
  cudaEvent_t read[pieces] = {};
  int next = 0;
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

  // At the end of a program CUDA may be shut down before the last context: the status of these calls is
  // ignored.
  ~State() {
    if (stream) cudaStreamSynchronize(stream);
    close_cublas(stream);
    for (const DeviceBlock& b : scratch) cudaFree(b.memory);
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
  context.stream = state;
  bool well = !failed(context) && check(context, "opening a stream",
                                        cudaStreamCreateWithFlags(&state->stream, cudaStreamNonBlocking));
  well = well && check(context, "pinned memory",
                       cudaMallocHost(&state->staging.memory, Staging::pieces * Staging::piece_bytes));
  for (cudaEvent_t& event : state->staging.read)
    well = well && check(context, "an event", cudaEventCreateWithFlags(&event, cudaEventDisableTiming));
  return *state;
}

}  // namespace

void report(Context& context, const std::string& what, cudaError_t status) {
  if (!failed(context)) context.error = what + ": " + cudaGetErrorString(status);
}

bool failed(const Context& context) {
  return !context.error.empty();
}

cudaStream_t stream_of(Context& context) {
  return state_of(context).stream;
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
    if (!check(context_, "scratch memory", cudaMalloc(&block.memory, block.size))) return nullptr;
    state.scratch.push_back(block);
    state.used = 0;
  }
  void* result = state.scratch[state.block].memory + state.used;
  state.used += bytes;
  return result;
}

// ---- allocation: the engine's StoragePool reuses memory, so both calls are rare ---------------------------

void* allocate(Context& context, std::size_t bytes) {
  state_of(context);
  void* memory = nullptr;
  if (failed(context)) return nullptr;
  if (cudaMalloc(&memory, bytes > 0 ? bytes : 1) == cudaSuccess) return memory;
  cudaGetLastError();  // running out of memory is reported by the null pointer; clears the error state
  return nullptr;
}

void release(Context& context, void* memory) {
  if (memory) check(context, "giving memory back", cudaFree(memory));
}

// ---- copies -----------------------------------------------------------------------------------------------

void send(Context& context, void* device, const void* host, std::size_t bytes) {
  State& state = state_of(context);
  Staging& staging = state.staging;
  for (std::size_t at = 0; at < bytes && !failed(context); at += Staging::piece_bytes) {
    const std::size_t part = bytes - at < Staging::piece_bytes ? bytes - at : Staging::piece_bytes;
    std::byte* piece = staging.memory + std::size_t(staging.next) * Staging::piece_bytes;
    const cudaEvent_t read = staging.read[staging.next];
    staging.next = (staging.next + 1) % Staging::pieces;
    if (!check(context, "waiting for an earlier copy", cudaEventSynchronize(read))) return;
    std::memcpy(piece, static_cast<const std::byte*>(host) + at, part);
    check(context, "copying to the device",
          cudaMemcpyAsync(static_cast<std::byte*>(device) + at, piece, part, cudaMemcpyHostToDevice,
                          state.stream));
    check(context, "marking a copy", cudaEventRecord(read, state.stream));
  }
}

void copy_in(Context& context, void* device, const void* host, std::size_t bytes) {
  send(context, device, host, bytes);
}

// The only kernel that waits: the data must be there when it returns. The one synchronisation of a training
// step is the read of its loss.
void copy_out(Context& context, void* host, const void* device, std::size_t bytes) {
  State& state = state_of(context);
  for (std::size_t at = 0; at < bytes && !failed(context); at += Staging::piece_bytes) {
    const std::size_t part = bytes - at < Staging::piece_bytes ? bytes - at : Staging::piece_bytes;
    check(context, "copying from the device",
          cudaMemcpyAsync(state.staging.memory, static_cast<const std::byte*>(device) + at, part,
                          cudaMemcpyDeviceToHost, state.stream));
    if (!check(context, "waiting for the device", cudaStreamSynchronize(state.stream))) return;
    std::memcpy(static_cast<std::byte*>(host) + at, state.staging.memory, part);
  }
}

void copy(Context& context, void* to, const void* from, std::size_t bytes) {
  const cudaStream_t stream = stream_of(context);
  if (bytes > 0 && !failed(context))
    check(context, "copying within the device",
          cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream));
}

void synchronise(Context& context) {
  if (context.stream) check(context, "waiting for the device", cudaStreamSynchronize(stream_of(context)));
}

}  // namespace triptych::cuda
