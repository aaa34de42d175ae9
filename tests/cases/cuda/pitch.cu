// expect: right
// Rows with a pitch.
__global__ void add_one(float* x, size_t pitch, int width, int height) {
  const int c = blockIdx.x * blockDim.x + threadIdx.x, r = blockIdx.y;
  if (c < width && r < height) *(float*)((char*)x + r * pitch + c * sizeof(float)) += 1;
}

int main() {
  const int width = 50, height = 7;
  float host[height][width], *x;
  for (int r = 0; r < height; ++r)
    for (int c = 0; c < width; ++c) host[r][c] = 100 * r + c;
  size_t pitch;
  cudaMallocPitch(&x, &pitch, width * sizeof(float), height);
  cudaMemcpy2D(x, pitch, host, width * sizeof(float), width * sizeof(float), height, cudaMemcpyHostToDevice);
  add_one<<<dim3(2, height), 32>>>(x, pitch, width, height);
  cudaMemcpy2D(host, width * sizeof(float), x, pitch, width * sizeof(float), height, cudaMemcpyDeviceToHost);
  return !(host[0][0] == 1 && host[6][49] == 650);
}
