// expect: wrong
// expect: direction.cu:8: .*where the direction says host
// A copy in the wrong direction, and a launch that no card takes.
// expect: direction.cu:9: .*bad launch
__global__ void nothing() {}
int main() {
  float host[4], *x;
  cudaMalloc(&x, sizeof host), cudaMemcpy(x, host, sizeof host, cudaMemcpyDeviceToHost);
  nothing<<<1, 2048>>>();
}
