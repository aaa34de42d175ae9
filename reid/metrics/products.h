#pragma once
#include <span>
#include <vector>

#include "kernels/shapes.h"

namespace triptych {

class Device;

// op(a) op(b) on the device's GEMM: a [rows of a, ...] as stored, row-major; op(a) is m x k, op(b) is k x n
// -> [m, n]. For the products over tens of thousands of features: float and SIMD, where Eigen without -march
// has SSE2.
std::vector<Real> multiply(const Device& device, Transpose ta, Transpose tb, Index m, Index n, Index k,
                           std::span<const Real> a, std::span<const Real> b);

}  // namespace triptych
