#include "engine/op_examples.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/ops.h"

namespace triptych {
namespace {

using Inputs = std::vector<Variable>;

// Draws inputs and collects examples.
class Examples {
 public:
  Examples(const Device& device, const Random& random) : device_(device), random_(random.split(0x09E5)) {}

  Tensor normal(const Shape& shape) {
    return make<Real>(shape, [&] { return static_cast<Real>(random_.normal()); });
  }
  Tensor uniform(const Shape& shape) {  // (0, 1)
    return make<Real>(shape, [&] { return static_cast<Real>(random_.uniform()); });
  }
  Tensor away_from_zero(const Shape& shape) {  // 0.5 <= |x| < 1.5
    return make<Real>(
        shape, [&] { return static_cast<Real>((random_.uniform() + 0.5) * (random_.chance(0.5) ? 1 : -1)); });
  }
  Tensor positive(const Shape& shape) {  // [0.5, 1.5)
    return make<Real>(shape, [&] { return static_cast<Real>(random_.uniform() + 0.5); });
  }
  Tensor mask(const Shape& shape) {
    return make<std::uint8_t>(shape, [&] { return static_cast<std::uint8_t>(random_.chance(0.6)); });
  }
  Tensor integers(const Shape& shape, Index below) {
    return make<std::int32_t>(shape, [&] { return static_cast<std::int32_t>(random_.integer(below)); });
  }
  Tensor given(const Shape& shape, const std::vector<std::int32_t>& values) {
    return Tensor::from(device_, shape, std::span<const std::int32_t>(values));
  }

  void add(std::string name, std::string formula, std::vector<Tensor> inputs,
           std::function<Variable(const Inputs&)> function) {
    list.push_back({std::move(name), std::move(formula), std::move(function), std::move(inputs)});
  }

  std::vector<OpExample> list;

 private:
  template <class T, class Draw>
  Tensor make(const Shape& shape, const Draw& draw) {
    std::vector<T> values(static_cast<std::size_t>(shape.elements()));
    for (T& value : values) value = draw();
    return Tensor::from(device_, shape, std::span<const T>(values));
  }

  Device device_;
  Random random_;
};

void linear_algebra(Examples& e) {
  e.add("matmul", "c = a b", {e.normal({5, 7}), e.normal({7, 3})},
        [](const Inputs& in) { return matmul(in[0], in[1]); });
  e.add("matmul (batches)", "c_b = a_b b_b for each place b of the leading axes, which broadcast",
        {e.normal({2, 1, 5, 3}), e.normal({4, 3, 2})}, [](const Inputs& in) { return matmul(in[0], in[1]); });
  e.add("matmul (one matrix for all)", "c_b = a_b b", {e.normal({2, 3, 4}), e.normal({4, 5})},
        [](const Inputs& in) { return matmul(in[0], in[1]); });
  e.add("linear", "y = x w + bias", {e.normal({2, 3, 5}), e.normal({5, 7}), e.normal({7})},
        [](const Inputs& in) { return linear(in[0], in[1], in[2]); });
  e.add("linear (no bias)", "y = x w", {e.normal({5, 3}), e.normal({3, 4})},
        [](const Inputs& in) { return linear(in[0], in[1]); });
  e.add("pairwise_squared_distances", "d_ij = |x_i - y_j|^2", {e.normal({5, 3}), e.normal({4, 3})},
        [](const Inputs& in) { return pairwise_squared_distances(in[0], in[1]); });
  e.add("pairwise_squared_distances (with itself)", "d_ij = |x_i - x_j|^2", {e.normal({5, 3})},
        [](const Inputs& in) { return pairwise_squared_distances(in[0], in[0]); });
}

void convolutions(Examples& e) {
  e.add("convolution2d", "y = x * w + bias: the filters w slide over the images x",
        {e.normal({2, 7, 6, 3}), e.normal({5, 5, 3, 4}), e.normal({4})}, [](const Inputs& in) {
          return convolution2d(in[0], in[1], in[2], {1, 2});
        });
  e.add("convolution2d (stride 2)", "y = x * w, 3x2, pad 1, every second place",
        {e.normal({1, 7, 8, 2}), e.normal({3, 2, 2, 3})}, [](const Inputs& in) {
          return convolution2d(in[0], in[1], Variable(), {2, 1});
        });
  e.add("convolution2d (dilation 2, stride 2)", "y = x * w, the taps of w two pixels apart",
        {e.normal({2, 7, 8, 2}), e.normal({3, 2, 2, 3}), e.normal({3})}, [](const Inputs& in) {
          return convolution2d(in[0], in[1], in[2], {2, 1, 2});
        });
  e.add("convolution2d (2 groups)", "y = x * w, half of the channels each",
        {e.normal({2, 5, 6, 4}), e.normal({3, 3, 2, 6}), e.normal({6})},
        [](const Inputs& in) { return convolution2d(in[0], in[1], in[2], {.pad = 1, .groups = 2}); });
  e.add("convolution2d (depthwise)", "y = x * w, channel by channel",
        {e.normal({2, 5, 6, 3}), e.normal({3, 3, 1, 3}), e.normal({3})}, [](const Inputs& in) {
          return convolution2d(in[0], in[1], in[2], {.stride = 2, .pad = 1, .groups = 3});
        });
  for (const Activation kind : {Activation::relu, Activation::tanh, Activation::identity})
    e.add(fmt::format("convolution2d_activation_pool ({})", kind == Activation::relu   ? "relu"
                                                            : kind == Activation::tanh ? "tanh"
                                                                                       : "identity"),
          "y = max over 2x2 of activation(x * w + bias)",
          {e.normal({2, 7, 6, 3}), e.normal({3, 3, 3, 4}), e.normal({4})}, [kind](const Inputs& in) {
            return convolution2d_activation_pool(in[0], in[1], in[2], {1, 1}, kind);
          });
}

void pooling(Examples& e) {
  e.add("max_pool2d", "y = max over each window", {e.normal({2, 7, 6, 3})},
        [](const Inputs& in) { return max_pool2d(in[0], PoolWindow{}); });
  e.add("max_pool2d (3x2, stride 2x1)", "y = max over windows that overlap", {e.normal({2, 7, 6, 3})},
        [](const Inputs& in) {
          return max_pool2d(in[0], {3, 2, 2, 1});
        });
  e.add("average_pool2d", "y = mean over each window", {e.normal({2, 6, 7, 3})}, [](const Inputs& in) {
    return average_pool2d(in[0], {2, 3, 2, 2});
  });
  e.add("global_max_pool", "y_nc = max_ij x_nijc", {e.normal({2, 3, 4, 3})},
        [](const Inputs& in) { return global_max_pool(in[0]); });
  e.add("global_average_pool", "y_nc = mean_ij x_nijc", {e.normal({2, 3, 4, 3})},
        [](const Inputs& in) { return global_average_pool(in[0]); });
  e.add("strip_max_pool", "y_s = max over the patches of strip s with mask 1", {e.normal({2, 7, 3, 4})},
        [mask = e.mask({2, 7, 3})](const Inputs& in) { return strip_max_pool(in[0], mask, 3); });
  e.add("strip_mean_pool", "y_s = sum w x / sum w over strip s", {e.normal({2, 7, 3, 4})},
        [weight = e.uniform({2, 7, 3})](const Inputs& in) { return strip_mean_pool(in[0], weight, 3); });
}

void activations(Examples& e) {
  e.add("relu", "y = max(0, x)", {e.normal({3, 17})}, [](const Inputs& in) { return relu(in[0]); });
  e.add("tanh", "y = tanh(x)", {e.normal({3, 17})}, [](const Inputs& in) { return tanh(in[0]); });
  e.add("sigmoid", "y = 1 / (1 + exp(-x))", {e.normal({3, 17})},
        [](const Inputs& in) { return sigmoid(in[0]); });
  e.add("gelu", "y = x Phi(x)", {e.normal({3, 17})}, [](const Inputs& in) { return gelu(in[0]); });
  e.add("softplus", "y = log(1 + exp(x))", {e.normal({3, 17})},
        [](const Inputs& in) { return softplus(in[0]); });
  e.add("dropout", "y = x keep / (1 - rate), keep = 1 with probability 1 - rate, else 0", {e.normal({3, 17})},
        [](const Inputs& in) { return dropout(in[0], Real(0.3), 7, 1); });
}

void arithmetic(Examples& e) {
  e.add("add", "y = a + b", {e.normal({3, 5}), e.normal({3, 5})},
        [](const Inputs& in) { return add(in[0], in[1]); });
  e.add("add (broadcast)", "y_ijk = a_ik + b_jk", {e.normal({3, 1, 5}), e.normal({2, 5})},
        [](const Inputs& in) { return add(in[0], in[1]); });
  e.add("subtract", "y = a - b", {e.normal({3, 5}), e.normal({5})},
        [](const Inputs& in) { return subtract(in[0], in[1]); });
  e.add("multiply", "y = a b", {e.normal({3, 5}), e.normal({3, 5})},
        [](const Inputs& in) { return multiply(in[0], in[1]); });
  e.add("multiply (broadcast)", "y_ijk = a_ik b_jk", {e.normal({3, 1, 5}), e.normal({2, 5})},
        [](const Inputs& in) { return multiply(in[0], in[1]); });
  e.add("multiply (with itself)", "y = x x", {e.normal({3, 5})},
        [](const Inputs& in) { return multiply(in[0], in[0]); });
  e.add("multiply (six axes)", "y_abcdef = a_ace b_bdf",
        {e.normal({2, 1, 2, 1, 2, 1}), e.normal({2, 1, 2, 1, 2})},
        [](const Inputs& in) { return multiply(in[0], in[1]); });
  e.add("divide", "y = a / b", {e.normal({3, 5}), e.away_from_zero({3, 5})},
        [](const Inputs& in) { return in[0] / in[1]; });
  e.add("divide (broadcast)", "y_ijk = a_jk / b_ik", {e.normal({2, 5}), e.away_from_zero({3, 1, 5})},
        [](const Inputs& in) { return in[0] / in[1]; });
  e.add("operators", "y = -(2 x + 1 - x / 4) (3 - x) / (1 / z)", {e.normal({3, 5}), e.away_from_zero({5})},
        [](const Inputs& in) {
          const Variable &x = in[0], &z = in[1];
          return -(2 * x + 1 - x / 4) * (3 - x) / (1 / z);
        });
  e.add("scale", "y = factor x", {e.normal({3, 5})},
        [](const Inputs& in) { return scale(in[0], Real(-1.5)); });
  e.add("weighted_sum", "y = sum_i w_i x_i", {e.normal({3, 5}), e.normal({3, 5})}, [](const Inputs& in) {
    return weighted_sum(std::array{in[0], in[1], in[0]}, std::array{Real(0.5), Real(-2), Real(3)});
  });
}

void maps(Examples& e) {
  e.add("exp", "y = exp(x)", {e.normal({3, 17})}, [](const Inputs& in) { return exp(in[0]); });
  e.add("log", "y = log(x)", {e.positive({3, 17})}, [](const Inputs& in) { return log(in[0]); });
  e.add("sqrt", "y = sqrt(x)", {e.positive({3, 17})}, [](const Inputs& in) { return sqrt(in[0]); });
  e.add("abs", "y = |x|", {e.normal({3, 17})}, [](const Inputs& in) { return abs(in[0]); });
  e.add("pow", "y = x^p, here p = 2.5", {e.positive({3, 17})},
        [](const Inputs& in) { return pow(in[0], Real(2.5)); });
  e.add("pow (of negative numbers)", "y = x^3", {e.normal({3, 17})},
        [](const Inputs& in) { return pow(in[0], 3); });
  e.add("clamp", "y = min(max(x, low), high)", {e.normal({3, 17})},
        [](const Inputs& in) { return clamp(in[0], Real(-0.7), Real(0.9)); });
}

void selections(Examples& e) {
  e.add("where", "y = a where the mask is set, else b", {e.normal({3, 5}), e.normal({3, 5})},
        [mask = e.mask({3, 5})](const Inputs& in) { return where(mask, in[0], in[1]); });
  e.add("where (broadcast)", "y_ijk = a_ik where mask_jk, else b_j", {e.normal({3, 1, 5}), e.normal({4, 1})},
        [mask = e.mask({4, 5})](const Inputs& in) { return where(mask, in[0], in[1]); });
  e.add("softmax (masked)", "y_j = exp(x_j) / sum of exp(x_k) over the allowed k; 0 where j is not allowed",
        {e.normal({2, 4, 5})}, [mask = e.mask({4, 5})](const Inputs& in) { return softmax(in[0], mask); });
  e.add("gather", "y_ijk = x_{i index_j k}", {e.normal({2, 4, 3})},
        [index = e.integers({6}, 4)](const Inputs& in) { return gather(in[0], index, 1); });
  e.add("scatter_add", "y_i = sum of the x_k with index_k = i", {e.normal({6, 3})},
        [index = e.integers({6}, 4)](const Inputs& in) { return scatter_add(in[0], index, 4); });
  e.add("embedding", "y_ij = row index_ij of a table", {e.normal({5, 3})},
        [index = e.integers({2, 4}, 5)](const Inputs& in) { return embedding(in[0], index); });
  e.add("pick", "y_i = x_{i index_i}", {e.normal({6, 4})},
        [index = e.integers({6}, 4)](const Inputs& in) { return pick(in[0], index); });
}

void layout(Examples& e) {
  e.add("reshape", "the same numbers in another shape", {e.normal({3, 4, 5})}, [](const Inputs& in) {
    return reshape(in[0], {6, 10});
  });
  e.add("permute", "the axes in another order, here y_kij = x_ijk", {e.normal({3, 4, 5})},
        [](const Inputs& in) {
          return permute(in[0], {2, 0, 1});
        });
  e.add("permute (six axes)", "every axis somewhere else", {e.normal({2, 3, 1, 2, 3, 2})},
        [](const Inputs& in) {
          return permute(in[0], {5, 3, 1, 4, 2, 0});
        });
  e.add("stack", "y = [a b ...] along a new axis", {e.normal({3, 4}), e.normal({3, 4})},
        [](const Inputs& in) {
          return stack({in[0], in[1], in[0]}, 1);
        });
  e.add("pad", "y = x with constants before and after it along one axis", {e.normal({3, 2, 5})},
        [](const Inputs& in) { return pad(in[0], 1, 2, 1, Real(0.5)); });
  e.add("transpose", "y_ji = x_ij", {e.normal({3, 5})}, [](const Inputs& in) { return transpose(in[0]); });
  e.add("slice", "y = x[start : start + count] along one axis", {e.normal({3, 5, 2})},
        [](const Inputs& in) { return slice(in[0], 1, 1, 3); });
  e.add("concatenate", "y = [a b ...] along one axis", {e.normal({3, 2, 5}), e.normal({3, 4, 5})},
        [](const Inputs& in) {
          return concatenate({in[0], in[1], in[0]}, 1);
        });
}

void reductions(Examples& e) {
  e.add("sum", "y = sum of x", {e.normal({3, 5})}, [](const Inputs& in) { return sum(in[0]); });
  e.add("sum (axis)", "y_ik = sum_j x_ijk", {e.normal({3, 4, 5})},
        [](const Inputs& in) { return sum(in[0], 1); });
  e.add("mean", "y = mean of x", {e.normal({3, 5})}, [](const Inputs& in) { return mean(in[0]); });
  e.add("mean (axis)", "y_jk = mean_i x_ijk", {e.normal({3, 4, 5})},
        [](const Inputs& in) { return mean(in[0], 0); });
  e.add("log_sum_exp", "y_i = log sum_j exp(x_ij)", {e.normal({3, 4})},
        [](const Inputs& in) { return log_sum_exp(in[0]); });
  e.add("max", "y_ij = max_k x_ijk", {e.normal({3, 4, 5})}, [](const Inputs& in) { return max(in[0], -1); });
}

void normalisation(Examples& e) {
  const auto norm_inputs = [&](const Shape& x) {
    return std::vector<Tensor>{e.normal(x), e.normal({x.last()}), e.normal({x.last()})};
  };
  const Real epsilon = Real(1e-3);
  e.add("l2_normalise", "y = x / |x|, row by row", {e.normal({4, 5})},
        [](const Inputs& in) { return l2_normalise(in[0]); });
  e.add("layer_norm", "y = (x - mean) / sqrt(variance + eps), row by row", {e.normal({4, 5})},
        [=](const Inputs& in) { return layer_norm(in[0], epsilon); });
  e.add("layer_norm (gamma and beta)", "y = gamma (x - mean) / sqrt(variance + eps) + beta",
        norm_inputs({2, 3, 5}), [=](const Inputs& in) { return layer_norm(in[0], in[1], in[2], epsilon); });
  e.add("batch_norm", "y = gamma (x - mean) / sqrt(variance + eps) + beta, channel by channel",
        norm_inputs({3, 4, 5}), [=](const Inputs& in) {
          BatchStatistics statistics;
          return batch_norm(in[0], in[1], in[2], epsilon, statistics);
        });
  e.add("batch_norm_activation_pool", "y = max over 2x2 of activation(batch_norm(x))",
        norm_inputs({2, 5, 6, 3}), [=](const Inputs& in) {
          BatchStatistics statistics;
          return batch_norm_activation_pool(in[0], in[1], in[2], epsilon, Activation::relu, statistics);
        });
  e.add("batch_norm_activation_pool (x used twice)", "the same, plus max over 2x2 of x",
        norm_inputs({2, 5, 6, 3}), [=](const Inputs& in) {
          BatchStatistics statistics;
          const Variable first =
              batch_norm_activation_pool(in[0], in[1], in[2], epsilon, Activation::tanh, statistics);
          return add(first, max_pool2d(in[0], PoolWindow{}));
        });
  const BatchStatistics given5{e.normal({5}), e.uniform({5})}, given3{e.normal({3}), e.uniform({3})};
  e.add("batch_norm_fixed", "y = gamma (x - mean) / sqrt(variance + eps) + beta, mean and variance given",
        norm_inputs({3, 4, 5}),
        [=](const Inputs& in) { return batch_norm_fixed(in[0], in[1], in[2], epsilon, given5); });
  e.add("batch_norm_activation_pool_fixed", "y = max over 2x2 of activation(batch_norm_fixed(x))",
        norm_inputs({2, 5, 6, 3}), [=](const Inputs& in) {
          return batch_norm_activation_pool_fixed(in[0], in[1], in[2], epsilon, Activation::relu, given3);
        });
}

void recurrence(Examples& e) {
  constexpr Index steps = 4, batch = 3, hidden = 5;
  const auto inputs = [&](Index gates) {
    return std::vector<Tensor>{e.normal({steps, batch, gates * hidden}), e.normal({hidden, gates * hidden}),
                               e.normal({gates * hidden})};
  };
  for (const bool reverse : {false, true}) {
    const char* way = reverse ? " (from the last step)" : "";
    e.add(fmt::format("elman{}", way), "h_t = tanh(x_t + h_{t-1} w + bias)", inputs(1),
          [=](const Inputs& in) { return elman(in[0], in[1], in[2], RecurrentOutput::tanh, reverse); });
    e.add(fmt::format("elman (linear output{})", reverse ? ", from the last step" : ""),
          "h_t = x_t + tanh(h_{t-1}) w + bias", inputs(1),
          [=](const Inputs& in) { return elman(in[0], in[1], in[2], RecurrentOutput::linear, reverse); });
    e.add(fmt::format("lstm{}", way), "c_t = f c_{t-1} + i g, h_t = o tanh(c_t)", inputs(4),
          [=](const Inputs& in) { return lstm(in[0], in[1], in[2], reverse); });
    e.add(fmt::format("gru{}", way), "h_t = (1 - z) n + z h_{t-1}", inputs(3),
          [=](const Inputs& in) { return gru(in[0], in[1], in[2], reverse); });
  }
}

void losses(Examples& e) {
  e.add("softmax", "y_j = exp(x_j) / sum_k exp(x_k)", {e.normal({4, 5})},
        [](const Inputs& in) { return softmax(in[0]); });
  e.add("log_softmax", "y_j = x_j - log sum_k exp(x_k)", {e.normal({4, 5})},
        [](const Inputs& in) { return log_softmax(in[0]); });
  e.add("cross_entropy", "loss = -log softmax(x)[target]", {e.normal({4, 5})},
        [target = e.integers({4}, 5)](const Inputs& in) { return cross_entropy(in[0], target); });
  e.add("cross_entropy (label smoothing)",
        "loss = -sum_j q_j log softmax(x)_j, q = (1 - s) onehot + s / classes", {e.normal({4, 5})},
        [target = e.integers({4}, 5)](const Inputs& in) { return cross_entropy(in[0], target, Real(0.1)); });
  e.add("binary_cross_entropy", "loss = -t log s(x) - (1 - t) log(1 - s(x))", {e.normal({4, 5})},
        [target = e.uniform({4, 5})](const Inputs& in) { return binary_cross_entropy(in[0], target); });
  const Tensor triplets = e.given({5, 3}, {0, 1, 2, 0, 1, 3, 1, 0, 2, 2, 3, 0, 3, 2, 1});
  for (const bool soft : {false, true})
    e.add(soft ? "triplet_loss (soft margin)" : "triplet_loss",
          soft ? "log(1 + exp(d_ap - d_an)) + beta max(0, d_ap - ceiling)"
               : "max(0, d_ap - d_an + margin) + beta max(0, d_ap - ceiling)",
          {e.uniform({4, 4})}, [=](const Inputs& in) {
            return triplet_loss(in[0], triplets, {Real(0.3), Real(0.3), Real(0.1), soft});
          });
}

void patches(Examples& e) {
  e.add("patch_match", "s_ijk = max over near patches of x_ij . y_k",
        {e.normal({2, 4, 2, 3}), e.normal({3, 4, 2, 3})},
        [](const Inputs& in) { return patch_match(in[0], in[1], 1); });
}

}  // namespace

std::vector<OpExample> op_examples(const Device& device, const Random& random) {
  Examples examples(device, random);
  linear_algebra(examples);
  convolutions(examples);
  pooling(examples);
  activations(examples);
  arithmetic(examples);
  maps(examples);
  selections(examples);
  layout(examples);
  reductions(examples);
  normalisation(examples);
  recurrence(examples);
  losses(examples);
  patches(examples);
  return std::move(examples.list);
}

std::string op_formula(const std::string& op) {
  static const std::vector<OpExample> examples = op_examples(Device::open("reference"), Random(0));
  const auto found = std::ranges::find(examples, op, &OpExample::op);
  return found == examples.end() ? "" : found->formula;
}

}  // namespace triptych
