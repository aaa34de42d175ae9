#pragma once
// The activations of a scalar, and their derivatives.
#include "kernels/cuda/launch.h"
#include "kernels/shapes.h"

namespace triptych::cuda {

__device__ inline float sigmoid(float x) {
  return 1.0f / (1.0f + expf(-x));
}
__device__ inline float relu(float x) {
  return x < 0 ? 0.0f : x;  // in this order: x < 0 is false for NaN, so relu(NaN) = NaN
}
__device__ inline float softplus(float x) {
  return relu(x) + log1pf(expf(-fabsf(x)));  // log(1 + exp(x))
}

__device__ inline float normal_distribution(float x) {
  constexpr float square_root_of_half = 0.70710678118654752f;
  return 0.5f * erfcf(-x * square_root_of_half);
}

// All threads of a launch have the same activation: the switch costs a comparison and never diverges.
__device__ inline float activate(Activation activation, float x) {
  switch (activation) {
    case Activation::identity:
      return x;
    case Activation::relu:
      return relu(x);
    case Activation::tanh:
      return tanhf(x);
    case Activation::sigmoid:
      return sigmoid(x);
    case Activation::gelu:
      return x * normal_distribution(x);
  }
  return x;
}

// activation'(x), computed from y = activation(x) where possible; x is then ignored. gelu needs x.
__device__ inline float slope(Activation activation, float x, float y) {
  switch (activation) {
    case Activation::identity:
      return 1;
    case Activation::relu:
      return y > 0 ? 1.0f : 0.0f;
    case Activation::tanh:
      return 1 - y * y;
    case Activation::sigmoid:
      return y * (1 - y);
    case Activation::gelu: {  // Phi(x) + x phi(x)
      constexpr float density_at_0 = 0.39894228040143268f;
      return normal_distribution(x) + x * density_at_0 * expf(-0.5f * x * x);
    }
  }
  return 1;
}

}  // namespace triptych::cuda
