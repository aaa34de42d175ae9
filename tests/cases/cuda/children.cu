// expect: refused
// expect: children.cu:4: a kernel that launches kernels
__global__ void child() {}
__global__ void parent() { child<<<1, 1>>>(); }
int main() { parent<<<1, 1>>>(); }
