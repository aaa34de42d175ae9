#include "kernels/laboratory/refusals.h"

namespace triptych::laboratory {
namespace {

struct Reason {
  std::string_view prefix;  // of a name
  std::string_view sentence;
};

constexpr std::string_view textures =
    "textures and surfaces are not known here: read the array by its index, or through __ldg";
constexpr std::string_view graphs = "CUDA graphs are not known here: launch the kernels in a stream";
constexpr std::string_view cooperative =
    "a launch whose blocks wait for each other is not known here, since blocks run one after the other: end "
    "the kernel where all blocks must meet, and launch a second one";
constexpr std::string_view tensor_cores =
    "the warp matrix functions (nvcuda::wmma) are not known here: use mma.sync, or multiply by fmaf";

constexpr Reason names[] = {
    {"tex1D", textures},
    {"tex2D", textures},
    {"tex3D", textures},
    {"surf1D", textures},
    {"surf2D", textures},
    {"surf3D", textures},
    {"cudaTextureObject_t", textures},
    {"cudaSurfaceObject_t", textures},
    {"cudaCreateTextureObject", textures},
    {"cudaBindTexture", textures},
    {"cudaArray_t", textures},
    {"cudaMallocArray", textures},
    {"cudaGraph", graphs},
    {"cudaStreamBeginCapture", graphs},
    {"cudaLaunchCooperativeKernel", cooperative},
    {"this_grid", cooperative},
    {"wmma", tensor_cores},
    {"cuLaunchKernel",
     "the driver's functions (cu...) are not known here: use those of the runtime (cuda...)"},
    {"cuModuleLoad", "the driver's functions (cu...) are not known here: use those of the runtime (cuda...)"},
    {"cudaIpc", "memory of other processes is not known here: copy it"},
};

constexpr Reason headers[] = {
    {"thrust/", "the library Thrust is not known here: write the loop as a kernel of your own"},
    {"cub/", "the library CUB is not known here: write the block's or warp's sum by hand"},
    {"cuda/", "libcu++ (<cuda/...>) is not known here: use the functions of <cuda_runtime.h>"},
    {"curand",
     "the library cuRAND is not known here: draw the numbers on the host, or by a hash of the index"},
    {"cublas", "the library cuBLAS is not known here: write the product as a kernel of your own"},
    {"cufft", "the library cuFFT is not known here: write the transform as a kernel of your own"},
    {"cusparse", "the library cuSPARSE is not known here: write the product as a kernel of your own"},
    {"cudnn", "the library cuDNN is not known here: write the layer as a kernel of your own"},
    {"cutlass/", "the library CUTLASS is not known here: write the product as a kernel of your own"},
    {"nccl", "the library NCCL is not known here: there is one machine and one memory"},
    {"mma.h", tensor_cores},
    {"nvToolsExt", "the markers of NVTX are not known here: leave them out"},
    {"nvtx3/", "the markers of NVTX are not known here: leave them out"},
    {"texture_", textures},
    {"surface_", textures},
};

}  // namespace

std::string_view reason_against(std::string_view name) {
  for (const Reason& reason : names)
    if (name.starts_with(reason.prefix)) return reason.sentence;
  return {};
}

std::string_view reason_against_header(std::string_view header) {
  for (const Reason& reason : headers)
    if (header.starts_with(reason.prefix)) return reason.sentence;
  return {};
}

}  // namespace triptych::laboratory
