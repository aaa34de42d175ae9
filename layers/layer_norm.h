#pragma once
#include "layers/module.h"

namespace triptych {

// y = gamma (x - mean) / sqrt(variance + epsilon) + beta, over the last axis of x [..., n]: each row
// separately, equally in training and inference (Ba et al. 2016). gamma is initially 1, beta 0.
class LayerNorm {
 public:
  LayerNorm(const Device& device, Index n, double epsilon = 1e-5) : epsilon_(epsilon) {
    require(n >= 1 && epsilon > 0,
            "LayerNorm: needs at least one element and an epsilon above 0, not {} and {}", n, epsilon);
    gamma = Parameter(Tensor::filled(device, {n}, 1), false);
    beta = Parameter(Tensor::zeros(device, {n}), false);
  }

  Variable operator()(const Variable& x) {
    return layer_norm(x, use(gamma, x), use(beta, x), static_cast<Real>(epsilon_));
  }
  void list(const std::string& prefix, ParameterList& out) {  // "gamma", "beta"
    list_parameter(prefix, "gamma", gamma, out);
    list_parameter(prefix, "beta", beta, out);
  }

  Parameter gamma, beta;  // [n]

 private:
  double epsilon_;
};

}  // namespace triptych
