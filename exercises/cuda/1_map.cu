// Exercise 1: a map. Compute y[i] = a x[i] + y[i] for i < n; n is no multiple of the block's size.
//
// Each thread takes one i, by its place in its block and its block's place in the grid. Threads beyond n must
// touch nothing. Neighbouring threads take neighbouring numbers: then a warp's 32 floats are 4 sectors of 32
// bytes.
__global__ void axpy(int n, float a, const float* x, float* y) {
  // write here
}
