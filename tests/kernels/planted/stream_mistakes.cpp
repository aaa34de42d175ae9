// Mistakes of host code: copies, streams and events.
#include "kernels/emulator/options.h"
#include "tests/kernels/planted/mistakes.h"

// A sanitizer ends the program with a report of its own.
#ifndef TRIPTYCH_ONE_BLOCK_AT_A_TIME

namespace triptych::test {
namespace {

using namespace cuda::mistakes;

// Streams that run their commands late and in a random order; a mistake is caught if one of the orders shows
// it.
class LateStreams {
 public:
  explicit LateStreams(std::uint64_t seed) { emulator::options().stream_seed = seed; }
  ~LateStreams() {
    cudaDeviceSynchronize();
    emulator::options().stream_seed = 0;
  }
  LateStreams(const LateStreams&) = delete;
  LateStreams& operator=(const LateStreams&) = delete;
};

// A context as host code has it: a stream of its own, pinned memory, an event.
struct Host {
  static constexpr int n = 64;
  cudaStream_t stream = nullptr, other = nullptr;
  cudaEvent_t event = nullptr;
  float *pinned = nullptr, *x = nullptr, *y = nullptr;
  Host() {
    cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
    cudaStreamCreateWithFlags(&other, cudaStreamNonBlocking);
    cudaEventCreate(&event);
    cudaMallocHost(&pinned, bytes());
    cudaMalloc(&x, bytes());
    cudaMalloc(&y, bytes());
  }
  ~Host() {
    cudaDeviceSynchronize();
    cudaStreamDestroy(stream);
    cudaStreamDestroy(other);
    cudaEventDestroy(event);
    cudaFreeHost(pinned);
    cudaFree(x);
    cudaFree(y);
    cudaGetLastError();
  }
  static std::size_t bytes() { return n * sizeof(float); }
  void put(float value) const {
    for (int i = 0; i < n; ++i) pinned[i] = value;
  }
  void copy_in(cudaStream_t on) const { cudaMemcpyAsync(x, pinned, bytes(), cudaMemcpyHostToDevice, on); }
  void multiply(cudaStream_t on) const { launch(copy, 1, n, 0, on, y, x, int{n}); }
  void copy_out(cudaStream_t on) const { cudaMemcpyAsync(pinned, y, bytes(), cudaMemcpyDeviceToHost, on); }
};

// The complaint, or "wrong result" if y is not `expected`, in the first of some orders that has one.
Case in_late_streams(float expected, const std::function<void(const Host&)>& run) {
  return [=] {
    for (std::uint64_t seed = 1; seed <= 16; ++seed) {
      const LateStreams late(seed);
      const Host host;
      run(host);
      const float got = host.pinned[Host::n - 1];
      std::string said = last_error();
      if (said.empty()) said = error_of(cudaDeviceSynchronize());
      if (!said.empty()) return said;
      if (!(got == expected)) return std::string("wrong result");
    }
    return std::string();
  };
}

const Case right_streams = in_late_streams(2, [](const Host& h) {
  h.put(1);
  h.copy_in(h.stream);
  cudaEventRecord(h.event, h.stream);
  cudaEventSynchronize(h.event);
  h.put(2);
  h.copy_in(h.other);
  cudaEventRecord(h.event, h.other);
  cudaStreamWaitEvent(h.stream, h.event);
  h.multiply(h.stream);
  cudaStreamSynchronize(h.other);
  h.copy_out(h.stream);
  cudaStreamSynchronize(h.stream);
});

}  // namespace

std::vector<Mistake> stream_mistakes() {
  return {
      {"no wait before the host reads",
       in_late_streams(1,
                       [](const Host& h) {
                         h.put(1);
                         h.copy_in(h.stream);
                         h.multiply(h.stream);
                         cudaStreamSynchronize(h.stream);
                         h.copy_out(h.stream);
                       }),
       {"wrong result", "wrong result"},
       right_streams},
      {"pinned staging reused early",
       in_late_streams(2,
                       [](const Host& h) {
                         h.put(1);
                         h.copy_in(h.stream);
                         h.put(2);
                         h.copy_in(h.stream);
                         h.multiply(h.stream);
                         cudaStreamSynchronize(h.stream);
                         h.copy_out(h.stream);
                         cudaStreamSynchronize(h.stream);
                       }),
       {"wrote to 256 bytes of pinned memory", "wrote to 256 bytes of pinned memory"},
       {}},
      {"an event recorded before the copy it stands for",
       in_late_streams(2,
                       [](const Host& h) {
                         h.put(1);
                         cudaEventRecord(h.event, h.stream);
                         h.copy_in(h.stream);
                         cudaEventSynchronize(h.event);
                         h.put(2);
                         cudaStreamSynchronize(h.stream);
                         h.copy_in(h.stream);
                         h.multiply(h.stream);
                         h.copy_out(h.stream);
                         cudaStreamSynchronize(h.stream);
                       }),
       {"wrote to 256 bytes of pinned memory", "wrote to 256 bytes of pinned memory"},
       {}},
      {"a copy on the wrong stream",
       in_late_streams(1,
                       [](const Host& h) {
                         h.put(1);
                         h.copy_in(h.other);
                         h.multiply(h.stream);
                         cudaStreamSynchronize(h.other);
                         h.copy_out(h.stream);
                         cudaStreamSynchronize(h.stream);
                       }),
       {"wrong result", "wrong result"},
       {}},
      {"the wrong stream is waited for",
       in_late_streams(1,
                       [](const Host& h) {
                         h.put(1);
                         h.copy_in(h.stream);
                         h.multiply(h.stream);
                         cudaStreamSynchronize(h.stream);
                         h.copy_out(h.stream);
                         cudaStreamSynchronize(h.other);
                       }),
       {"wrong result", "wrong result"},
       {}},
      {"a fill on another stream",
       in_late_streams(1,
                       [](const Host& h) {
                         h.put(1);
                         h.copy_in(h.stream);
                         cudaStreamSynchronize(h.stream);
                         h.multiply(h.stream);
                         cudaMemsetAsync(h.x, 0, Host::bytes(), h.other);
                         cudaStreamSynchronize(h.other);
                         h.copy_out(h.stream);
                         cudaStreamSynchronize(h.stream);
                       }),
       {"wrong result", "wrong result"},
       {}},
      {"a copy in the wrong direction",
       [] {
         const Floats y(64, 1);
         std::vector<float> host(64);
         return error_of(cudaMemcpy(y.data(), host.data(), 256, cudaMemcpyDeviceToHost));
       },
       {"direction", "direction"},
       {}},
      {"a copy that is too long",
       [] {
         const Floats y(64, 1);
         std::vector<float> host(128);
         return error_of(cudaMemcpy(host.data(), y.data(), 512, cudaMemcpyDeviceToHost));
       },
       {"go beyond", "go beyond"},
       {}},
  };
}

}  // namespace triptych::test
#endif
