#pragma once
#include <cmath>
#include <numbers>

#include "kernels/shapes.h"

// Scalar functions in double precision, shared by several families of the reference.
namespace triptych::reference {

inline double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}
inline double relu(double x) {
  return x < 0 ? 0 : x;
}  // in this order: x < 0 is false for NaN, so relu(NaN) = NaN
inline double softplus(double x) {
  return relu(x) + std::log1p(std::exp(-std::abs(x)));
}  // log(1 + exp(x))

// Whether `candidate` replaces the current maximum. An equal value does not, so the first wins a tie; the
// first NaN wins over any number.
inline bool beats(double candidate, double best) {
  return candidate > best || (std::isnan(candidate) && !std::isnan(best));
}

inline double activate(Activation activation, double x) {
  switch (activation) {
    case Activation::identity:
      return x;
    case Activation::relu:
      return relu(x);
    case Activation::tanh:
      return std::tanh(x);
    case Activation::sigmoid:
      return sigmoid(x);
    case Activation::gelu:
      return x * 0.5 * std::erfc(-x / std::numbers::sqrt2);  // x Phi(x)
  }
  return x;
}

// activation'(x), computed from y = activation(x) where possible; x is then ignored. gelu needs x.
inline double derivative(Activation activation, double x, double y) {
  switch (activation) {
    case Activation::identity:
      return 1;
    case Activation::relu:
      return y > 0 ? 1 : 0;
    case Activation::tanh:
      return 1 - y * y;
    case Activation::sigmoid:
      return y * (1 - y);
    case Activation::gelu: {  // Phi(x) + x phi(x)
      const double density = std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
      return 0.5 * std::erfc(-x / std::numbers::sqrt2) + x * density;
    }
  }
  return 1;
}

}  // namespace triptych::reference
