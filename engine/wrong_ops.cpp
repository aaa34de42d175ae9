#include "engine/wrong_ops.h"

#include <algorithm>

#include "engine/error.h"
#include "engine/ops.h"
#include "kernels/kernels.h"

namespace triptych {
namespace {

using Inputs = std::vector<Variable>;

// The value of `right` with the gradients of `believed`: detach(right - believed) has no gradient. A wrong
// backward is the correct backward of some other function, and most mistakes are described best by that
// function.
Variable value_of(const Variable& right, const Variable& believed) {
  return add(believed, detach(subtract(detach(right), detach(believed))));
}

// A value whose gradient by x is dy times `slope`: slope * x with a constant slope.
Variable with_slope(const Variable& x, const Variable& slope) {
  return multiply(x, detach(slope));
}

Variable one_minus(const Variable& x) {
  return subtract(Tensor::filled(x.device(), x.shape(), 1), x);
}

// c = a + b, with da = dy where da += dy would be correct.
Variable add_that_assigns(const Variable& a, const Variable& b) {
  return record("add", {&a, &b}, add(a.value, b.value).value, [](const BackwardStep& step) {
    const Tensor& dy = step.output_gradient();
    for (const int input : {0, 1}) {
      if (!step.wants(input)) continue;
      step.kernels().fill(step.context(), dy.elements(), 0, step.gradient(input));
      step.kernels().add_scaled(step.context(), dy.elements(), 1, dy.real(), step.gradient(input));
    }
  });
}

// One time step after another, each with the previous step detached.
Variable forgetful_elman(const Variable& x, const Variable& w, const Variable& bias) {
  const Index steps = x.shape()[0];
  std::vector<Variable> h;
  for (Index t = 0; t < steps; ++t) {
    Variable a = slice(x, 0, t, 1);
    if (t > 0) a = add(a, linear(detach(h.back()), w));
    h.push_back(tanh(add(a, bias)));
  }
  return concatenate(h, 0);
}

class Planted {
 public:
  explicit Planted(std::vector<OpExample> examples) : examples_(std::move(examples)) {}

  // `function` gets the inputs and the op's result.
  void plant(const std::string& example, std::string mistake,
             std::function<Variable(const Inputs&, const Variable& right)> function) {
    const auto found = std::ranges::find(examples_, example, &OpExample::name);
    require(found != examples_.end(), "there is no example '{}' to plant a mistake in", example);
    list.push_back({found->op(), std::move(mistake), *found,
                    [op = found->function, function = std::move(function)](const Inputs& in) {
                      return function(in, op(in));
                    }});
  }

  std::vector<WrongOp> list;

 private:
  std::vector<OpExample> examples_;
};

void elementwise(Planted& p) {
  p.plant("relu", "lets everything through, dx += dy; right is dx += dy [x > 0]",
          [](const Inputs& in, const Variable& y) { return value_of(y, in[0]); });
  p.plant("tanh", "takes x for the saved y, dx += dy (1 - x^2); right is dx += dy (1 - y^2)",
          [](const Inputs& in, const Variable& y) {
            return value_of(y, with_slope(in[0], one_minus(multiply(in[0], in[0]))));
          });
  p.plant("sigmoid", "forgets a factor, dx += dy y; right is dx += dy y (1 - y)",
          [](const Inputs& in, const Variable& y) { return value_of(y, with_slope(in[0], y)); });
  p.plant("add", "assigns, da = dy; right is da += dy, because others may have contributed to da before",
          [](const Inputs& in, const Variable&) { return add_that_assigns(in[0], in[1]); });
  p.plant("multiply", "confuses its inputs, da += dy a and db += dy b; right is da += dy b and db += dy a",
          [](const Inputs& in, const Variable& y) {
            return value_of(y, add(with_slope(in[0], in[0]), with_slope(in[1], in[1])));
          });
}

void matrices(Planted& p) {
  p.plant("matmul", "knows of a alone, dA += dC B^T; right is also dB += A^T dC",
          [](const Inputs& in, const Variable& c) { return value_of(c, matmul(in[0], detach(in[1]))); });
  p.plant(
      "linear",
      "takes the mean of the rows of dy for dbias; right is their sum, as every row has used the same bias",
      [](const Inputs& in, const Variable& y) {
        const Real rows = static_cast<Real>(y.value.elements() / y.shape().last());
        return value_of(y, linear(in[0], in[1], scale(in[2], 1 / rows)));
      });
  p.plant(
      "elman",
      "does not go back through time, taking each h_{t-1} for a constant; right is to add da_t w^T to "
      "dh_{t-1}",
      [](const Inputs& in, const Variable& h) { return value_of(h, forgetful_elman(in[0], in[1], in[2])); });
}

void pools_and_norms(Planted& p) {
  p.plant("max", "gives dy to every element of the row; right is to give it to the winner alone",
          [](const Inputs& in, const Variable& y) { return value_of(y, sum(in[0], -1)); });
  p.plant("softmax",
          "sees the diagonal alone, dx_j += y_j (1 - y_j) dy_j; right is dx_j += y_j (dy_j - sum_k dy_k y_k)",
          [](const Inputs& in, const Variable& y) {
            return value_of(y, with_slope(in[0], multiply(y, one_minus(y))));
          });
  p.plant("l2_normalise",
          "takes the length |x| for a constant, dx += dy / |x|; right is dx += (dy - y (y . dy)) / |x|",
          [](const Inputs& in, const Variable& y) {
            const Variable rest = detach(in[0]);  // y / x elementwise is 1 / |x| where x is not 0
            std::vector<Real> slopes = y.value.values();
            const std::vector<Real> x = rest.value.values();
            std::ranges::transform(slopes, x, slopes.begin(),
                                   [](Real u, Real v) { return v == 0 ? 0 : u / v; });
            return value_of(
                y, with_slope(in[0], Tensor::from(y.device(), y.shape(), std::span<const Real>(slopes))));
          });
  p.plant(
      "batch_norm",
      "takes mean and variance for constants; right is to go back through both, because both are made of x",
      [](const Inputs& in, const Variable& y) {
        BatchStatistics statistics;
        batch_norm(in[0].value, in[1].value, in[2].value, Real(1e-3), statistics);
        return value_of(y, batch_norm_fixed(in[0], in[1], in[2], Real(1e-3), statistics));
      });
  p.plant("dropout", "forgets the scale, dx += dy keep; right is dx += dy keep / (1 - rate)",
          [](const Inputs&, const Variable& y) { return value_of(y, scale(y, Real(1 - 0.3))); });
}

}  // namespace

std::vector<WrongOp> wrong_ops(const Device& device, const Random& random) {
  Planted planted(op_examples(device, random));
  elementwise(planted);
  matrices(planted);
  pools_and_norms(planted);
  return std::move(planted.list);
}

}  // namespace triptych
