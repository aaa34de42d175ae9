#pragma once
// The activations and their derivatives on one register.
#include "kernels/cpu/mathematics.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

TRIPTYCH_INLINE Floats activate(Activation activation, Floats x) {
  switch (activation) {
    case Activation::identity:
      return x;
    case Activation::relu:
      return positive_part(x);
    case Activation::tanh:
      return hyperbolic_tangent(x);
    case Activation::sigmoid:
      return sigmoid(x);
    case Activation::gelu:
      return x * normal(x).distribution;
  }
  return x;
}

// activation'(x) computed from y = activation(x); not for gelu, whose derivative needs x.
TRIPTYCH_INLINE Floats slope(Activation activation, Floats y) {
  switch (activation) {
    case Activation::relu:
      return y > 0.0f ? broadcast(1.0f) : broadcast(0.0f);
    case Activation::tanh:
      return 1.0f - y * y;
    case Activation::sigmoid:
      return y * (1.0f - y);
    default:
      return broadcast(1.0f);
  }
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
