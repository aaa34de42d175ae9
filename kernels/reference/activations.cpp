#include "kernels/philox.h"
#include "kernels/reference/reference.h"
#include "kernels/reference/scalar.h"

namespace triptych::reference {

void activation_forward(Context&, Activation activation, Index n, const Real* x, Real* y) {
  for (Index i = 0; i < n; ++i) y[i] = static_cast<Real>(activate(activation, x[i]));
}

// dx += dy activation'(x); x may be null for all but gelu
void activation_backward(Context&, Activation activation, Index n, const Real* x, const Real* y,
                         const Real* dy, Real* dx) {
  for (Index i = 0; dx && i < n; ++i) {
    const double slope = derivative(activation, activation == Activation::gelu ? x[i] : 0, y[i]);
    dx[i] = static_cast<Real>(dx[i] + dy[i] * slope);
  }
}

void softplus_forward(Context&, Index n, const Real* x, Real* y) {
  for (Index i = 0; i < n; ++i) y[i] = static_cast<Real>(softplus(x[i]));
}

// dx += dy sigmoid(x)
void softplus_backward(Context&, Index n, const Real* x, const Real* dy, Real* dx) {
  for (Index i = 0; dx && i < n; ++i) dx[i] = static_cast<Real>(dx[i] + dy[i] * sigmoid(x[i]));
}

// y = x keep / (1 - rate), so that the expected value of y is x
void dropout_forward(Context&, Index n, Real rate, std::uint64_t seed, std::uint64_t stream, const Real* x,
                     Real* y, std::uint8_t* keep) {
  for (Index i = 0; i < n; ++i) {
    const std::uint64_t block = static_cast<std::uint64_t>(i) / 4;
    const Philox::Words words =
        Philox::generate({static_cast<std::uint32_t>(block), 0, static_cast<std::uint32_t>(stream),
                          static_cast<std::uint32_t>(stream >> 32)},
                         seed);
    keep[i] = words[i % 4] * 0x1p-32 >= rate;
    y[i] = static_cast<Real>(x[i] * double(keep[i]) / (1 - double(rate)));
  }
}

void dropout_backward(Context&, Index n, Real rate, const std::uint8_t* keep, const Real* dy, Real* dx) {
  for (Index i = 0; dx && i < n; ++i)
    dx[i] = static_cast<Real>(dx[i] + dy[i] * double(keep[i]) / (1 - double(rate)));
}

}  // namespace triptych::reference
