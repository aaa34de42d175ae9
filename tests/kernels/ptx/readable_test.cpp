#include "kernels/ptx/readable.h"

#include <doctest/doctest.h>

namespace triptych::ptx {
namespace {

TEST_CASE("ptx: names as people write them") {
  CHECK(readable_name("_ZN8triptych4cuda10add_scaledElfPKfPf") == "add_scaled");
  CHECK(readable_name("_Z11gemm_kernelILi64ELi64EEviPKf") == "gemm_kernel<64, 64>");
  CHECK(readable_name("_ZN8triptych4cuda6kernelINS0_4SinkELi2EEEvT_") == "kernel<Sink, 2>");
  CHECK(readable_name("toy") == "toy");
  CHECK(readable_array("_ZZ11gemm_simpleiiiPKfS0_PfE2As") == "As");
  CHECK(readable_array("tile") == "tile");
}

}  // namespace
}  // namespace triptych::ptx
