// Exercise 5: a histogram. bins[k] = how many of the n numbers are k, for k < 64. The bins begin with 0.
// There are 4 blocks of 256 threads, so that each thread takes several numbers.
//
// `bins[x[i]] += 1` loses updates; an atomic of global memory for each number is right and slow. Count in
// shared memory first, and let each block add its 64 counts at the end.
__global__ void histogram(int n, const int* x, int* bins) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) bins[x[i]] += 1;
}
