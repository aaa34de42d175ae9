// expect: refused
// expect: texture.cu:3: .*textures
__global__ void read(cudaTextureObject_t image, float* out) {
  out[threadIdx.x] = tex2D<float>(image, threadIdx.x, 0);
}

int main() {}
