// expect: right
// Two streams with pinned memory, events between them, and their times.
#include <cstdio>
#include <cstdlib>
#define CHECK(call)                                                              \
  do {                                                                           \
    const cudaError_t error = (call);                                            \
    if (error != cudaSuccess) {                                                  \
      std::printf("%s:%d %s\n", __FILE__, __LINE__, cudaGetErrorString(error));  \
      std::exit(1);                                                              \
    }                                                                            \
  } while (0)

__global__ void square(float* x) { x[threadIdx.x] *= x[threadIdx.x]; }

int main() {
  cudaStream_t first, second;
  cudaEvent_t begin, end, copied;
  CHECK(cudaStreamCreate(&first));
  CHECK(cudaStreamCreateWithFlags(&second, cudaStreamNonBlocking));
  CHECK(cudaEventCreate(&begin));
  CHECK(cudaEventCreate(&end));
  CHECK(cudaEventCreateWithFlags(&copied, cudaEventDisableTiming));
  float *host, *x;
  CHECK(cudaMallocHost((void**)&host, 64 * sizeof(float)));
  CHECK(cudaMalloc(&x, 64 * sizeof(float)));
  for (int i = 0; i < 64; ++i) host[i] = i;
  CHECK(cudaEventRecord(begin, first));
  CHECK(cudaMemcpyAsync(x, host, 64 * sizeof(float), cudaMemcpyHostToDevice, first));
  CHECK(cudaEventRecord(copied, first));
  CHECK(cudaStreamWaitEvent(second, copied, 0));
  square<<<1, 64, 0, second>>>(x);
  CHECK(cudaGetLastError());
  CHECK(cudaMemcpyAsync(host, x, 64 * sizeof(float), cudaMemcpyDeviceToHost, second));
  CHECK(cudaEventRecord(end, second));
  CHECK(cudaEventSynchronize(end));
  float milliseconds = -1;
  CHECK(cudaEventElapsedTime(&milliseconds, begin, end));
  CHECK(cudaStreamDestroy(first));
  CHECK(cudaStreamDestroy(second));
  return !(host[9] == 81 && milliseconds >= 0);
}
