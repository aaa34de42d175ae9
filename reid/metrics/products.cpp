#include "reid/metrics/products.h"

#include "engine/tensor.h"
#include "kernels/kernels.h"

namespace triptych {

std::vector<Real> multiply(const Device& device, Transpose ta, Transpose tb, Index m, Index n, Index k,
                           std::span<const Real> a, std::span<const Real> b) {
  const Tensor x = Tensor::from(device, {m, k}, a), y = Tensor::from(device, {k, n}, b);
  const Tensor product(device, {m, n});
  device.kernels().gemm(device.context(), ta, tb, m, n, k, 1, x.real(), ta == Transpose::no ? k : m, y.real(),
                        tb == Transpose::no ? n : k, 0, product.real(), n);
  return product.values();
}

}  // namespace triptych
