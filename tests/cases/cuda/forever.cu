// expect: wrong
// expect: still runs after 1 seconds
// arguments: --seconds 1 --orders 1
// A thread waits for what no thread sets.
__global__ void wait(volatile int* flag) {
  while (*flag == 0) {
  }
}
int main() {
  int* flag;
  cudaMalloc(&flag, sizeof(int));
  cudaMemset(flag, 0, sizeof(int));
  wait<<<1, 1>>>(flag);
}
