#include "engine/ops/detail.h"

namespace triptych {
namespace {

const char* name_of(Activation kind) {
  switch (kind) {
    case Activation::identity:
      return "identity";
    case Activation::relu:
      return "relu";
    case Activation::tanh:
      return "tanh";
    case Activation::sigmoid:
      return "sigmoid";
    case Activation::gelu:
      return "gelu";
  }
  fail("there is no activation with the number {}", static_cast<int>(kind));
}

}  // namespace

Variable activate(Activation kind, const Variable& x) {
  if (kind == Activation::identity) return x;
  const char* op = name_of(kind);
  const auto [kernels, context] = detail::place_of(op, {&x});
  Tensor y = Tensor::like(x.value);
  kernels.activation_forward(context, kind, y.elements(), x.value.real(), y.real());

  // saved: y, from which relu' = [y > 0], tanh' = 1 - y^2, sigmoid' = y (1 - y); only gelu needs x.
  //   dx += dy activation'(x)
  const Saved saved = kind == Activation::gelu ? x.value : y;
  return record(op, {&x}, y, [kind, saved](const BackwardStep& step) {
    step.kernels().activation_backward(step.context(), kind, saved.elements(), saved.real(), saved.real(),
                                       step.output_gradient().real(), step.gradient(0));
  });
}

Variable relu(const Variable& x) {
  return activate(Activation::relu, x);
}
Variable tanh(const Variable& x) {
  return activate(Activation::tanh, x);
}
Variable sigmoid(const Variable& x) {
  return activate(Activation::sigmoid, x);
}
Variable gelu(const Variable& x) {
  return activate(Activation::gelu, x);
}

Variable softplus(const Variable& x) {
  const auto [kernels, context] = detail::place_of("softplus", {&x});
  Tensor y = Tensor::like(x.value);
  kernels.softplus_forward(context, y.elements(), x.value.real(), y.real());

  // saved: x.   dx += dy / (1 + exp(-x))
  return record("softplus", {&x}, y, [x = Saved(x.value)](const BackwardStep& step) {
    step.kernels().softplus_backward(step.context(), x.elements(), x.real(), step.output_gradient().real(),
                                     step.gradient(0));
  });
}

Variable dropout(const Variable& x, Real rate, std::uint64_t seed, std::uint64_t stream) {
  require(rate >= 0 && rate < 1, "dropout takes a rate from 0 up to, but not including, 1, not {}", rate);
  if (rate == 0) return x;
  const auto [kernels, context] = detail::place_of("dropout", {&x});
  Tensor y = Tensor::like(x.value);
  Tensor keep(x.device(), x.shape(), Type::byte);
  kernels.dropout_forward(context, y.elements(), rate, seed, stream, x.value.real(), y.real(), keep.byte());

  // saved: keep, one byte per element. dx += dy keep / (1 - rate)
  return record("dropout", {&x}, y, [rate, keep](const BackwardStep& step) {
    step.kernels().dropout_backward(step.context(), keep.elements(), rate, keep.byte(),
                                    step.output_gradient().real(), step.gradient(0));
  });
}

}  // namespace triptych
