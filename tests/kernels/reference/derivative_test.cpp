#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "kernels/philox.h"
#include "tests/kernels/reference/helpers.h"

using namespace triptych;
using namespace triptych::test;

// Every backward kernel of the reference against central differences of its forward kernel: the derivative of
// L = sum_i dy_i y_i by each input, with random dy. In the float build the differences are good for three
// digits; the double build repeats this to eight.
namespace {

using Values = std::vector<Real>;
using Arrays = std::vector<Values>;
constexpr bool in_double = sizeof(Real) == 8;
constexpr double h = in_double ? 1e-5 : 1e-2, tolerance = in_double ? 1e-8 : 2e-3;

Values random(Index n, std::uint32_t stream, double low = -1, double high = 1) {
  Values values;
  for (Index i = 0; i < n; ++i) {
    const Philox::Words words = Philox::generate({static_cast<std::uint32_t>(i), stream, 0, 0}, 7);
    values.push_back(static_cast<Real>(low + (high - low) * (words[0] * 0x1p-32)));
  }
  return values;
}

// Distinct numbers, none near 0, in a shuffled order: where a maximum is taken no step of h changes the
// winner.
Values spaced(Index n) {
  Values values;
  for (Index i = 0; i < n; ++i) values.push_back(static_cast<Real>(0.05 * (double(i * 37 % 101) - 50.5)));
  return values;
}

using Forward = std::function<Values(Context&, const Arrays& inputs)>;
using Backward = std::function<void(Context&, const Arrays& inputs, const Values& dy, Arrays& gradients)>;

void check(const std::string& name, Arrays inputs, const Forward& forward, const Backward& backward) {
  CAPTURE(name);
  Context context;
  const Values dy = random(Index(forward(context, inputs).size()), 99);
  const auto loss = [&] {
    const Values y = forward(context, inputs);
    double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i) sum += double(dy[i]) * y[i];
    return sum;
  };
  Arrays gradients;
  for (const Values& input : inputs) gradients.emplace_back(input.size(), Real(0));
  backward(context, inputs, dy, gradients);
  for (std::size_t a = 0; a < inputs.size(); ++a) {
    double largest = 1e-3, error = 0;
    for (std::size_t i = 0; i < inputs[a].size(); ++i) {
      const Real before = inputs[a][i];
      inputs[a][i] = static_cast<Real>(before + h);
      const double above = loss(), x_above = inputs[a][i];
      inputs[a][i] = static_cast<Real>(before - h);
      const double below = loss(), x_below = inputs[a][i];
      inputs[a][i] = before;
      const double numeric = (above - below) / (x_above - x_below);
      largest = std::max(largest, std::abs(numeric));
      const double difference = std::abs(gradients[a][i] - numeric);
      if (!(difference <= error)) error = difference;  // keeps NaN
    }
    CAPTURE(a);
    CHECK(error <= tolerance * largest);
    CHECK(largest > 1e-3);  // an input without influence would check nothing
  }
}

}  // namespace

TEST_CASE("derivatives: pairwise distance") {
  check(
      "pairwise_distance", {random(4 * 3, 1), random(5 * 3, 2)},
      [](Context& c, const Arrays& in) {
        Values d(20);
        k.pairwise_distance_forward(c, 4, 5, 3, in[0].data(), in[1].data(), d.data());
        return d;
      },
      [](Context& c, const Arrays& in, const Values& dy, Arrays& g) {
        k.pairwise_distance_backward(c, 4, 5, 3, in[0].data(), in[1].data(), dy.data(), g[0].data(),
                                     g[1].data());
      });
}

TEST_CASE("derivatives: convolution by input, weights and bias") {
  const ConvolutionShape s{2, 5, 4, 2, 3, 3, 2, 2, 1};
  check(
      "convolution", {random(2 * 5 * 4 * 2, 1), random(s.patch() * 3, 2), random(3, 3)},
      [&](Context& c, const Arrays& in) {
        Values y(static_cast<std::size_t>(s.pixels() * 3));
        k.convolution_forward(c, s, in[0].data(), in[1].data(), in[2].data(), y.data());
        return y;
      },
      [&](Context& c, const Arrays& in, const Values& dy, Arrays& g) {
        k.convolution_backward_input(c, s, dy.data(), in[1].data(), g[0].data());
        k.convolution_backward_weights(c, s, in[0].data(), dy.data(), g[1].data(), g[2].data());
      });
}

TEST_CASE("derivatives: convolution, activation and pool in one") {
  const ConvolutionShape s{1, 5, 4, 1, 2, 1, 1, 1, 0};  // 1x1, so that the winners are those of the image
  for (const Activation activation : {Activation::relu, Activation::tanh, Activation::sigmoid}) {
    Values y(2 * 2 * 2);
    std::vector<std::uint8_t> winner(y.size());
    check(
        "convolution_activation_pool", {spaced(20), {Real(0.8), Real(-0.9)}, {Real(0.01), Real(0.02)}},
        [&](Context& c, const Arrays& in) {
          Values out(y.size());
          k.convolution_activation_pool_forward(c, s, activation, in[0].data(), in[1].data(), in[2].data(),
                                                out.data(), winner.data());
          return out;
        },
        [&](Context& c, const Arrays& in, const Values& dy, Arrays& g) {
          k.convolution_activation_pool_forward(c, s, activation, in[0].data(), in[1].data(), in[2].data(),
                                                y.data(), winner.data());
          k.convolution_activation_pool_backward(c, s, activation, in[0].data(), in[1].data(), y.data(),
                                                 winner.data(), dy.data(), g[0].data(), g[1].data(),
                                                 g[2].data());
        });
  }
}

TEST_CASE("derivatives: pooling") {
  const PoolShape s{1, 5, 6, 2, 2, 3, 1, 2};
  const std::size_t outputs = static_cast<std::size_t>(s.out_height() * s.out_width() * 2);
  std::vector<std::uint8_t> winner(outputs);
  check(
      "max_pool", {spaced(60)},
      [&](Context& c, const Arrays& in) {
        Values y(outputs);
        k.max_pool_forward(c, s, in[0].data(), y.data(), winner.data());
        return y;
      },
      [&](Context& c, const Arrays&, const Values& dy, Arrays& g) {
        k.max_pool_backward(c, s, winner.data(), dy.data(), g[0].data());
      });
  check(
      "average_pool", {random(60, 1)},
      [&](Context& c, const Arrays& in) {
        Values y(outputs);
        k.average_pool_forward(c, s, in[0].data(), y.data());
        return y;
      },
      [&](Context& c, const Arrays&, const Values& dy, Arrays& g) {
        k.average_pool_backward(c, s, dy.data(), g[0].data());
      });
}

TEST_CASE("derivatives: strips of a patch grid") {
  const StripShape s{1, 5, 3, 2, 2};
  const std::vector<std::uint8_t> mask = {1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 0};
  const Values weight = random(15, 5, 0, 1);
  std::vector<std::int32_t> winner(4);
  check(
      "strip_max", {spaced(30)},
      [&](Context& c, const Arrays& in) {
        Values y(4);
        k.strip_max_forward(c, s, in[0].data(), mask.data(), y.data(), winner.data());
        return y;
      },
      [&](Context& c, const Arrays&, const Values& dy, Arrays& g) {
        k.strip_max_backward(c, s, winner.data(), dy.data(), g[0].data());
      });
  check(
      "strip_mean", {random(30, 1)},
      [&](Context& c, const Arrays& in) {
        Values y(4);
        k.strip_mean_forward(c, s, in[0].data(), weight.data(), y.data());
        return y;
      },
      [&](Context& c, const Arrays&, const Values& dy, Arrays& g) {
        k.strip_mean_backward(c, s, weight.data(), dy.data(), g[0].data());
      });
}

TEST_CASE("derivatives: Elman, LSTM and GRU through time, in both directions") {
  for (const bool reverse : {false, true}) {
    const RecurrentShape s{4, 2, 3, reverse};
    const Index n = 4 * 2 * 3;
    Values state(n), cell(n), gates(4 * n);
    for (const RecurrentOutput output : {RecurrentOutput::tanh, RecurrentOutput::linear})
      check(
          "elman", {random(n, 1), random(9, 2), random(3, 3)},
          [&](Context& c, const Arrays& in) {
            k.elman_forward(c, s, output, in[0].data(), in[1].data(), in[2].data(), state.data());
            return state;
          },
          [&](Context& c, const Arrays& in, const Values& dy, Arrays& g) {
            k.elman_forward(c, s, output, in[0].data(), in[1].data(), in[2].data(), state.data());
            k.elman_backward(c, s, output, in[1].data(), state.data(), dy.data(), g[0].data(), g[1].data(),
                             g[2].data());
          });
    check(
        "lstm", {random(4 * n, 1), random(36, 2), random(12, 3)},
        [&](Context& c, const Arrays& in) {
          k.lstm_forward(c, s, in[0].data(), in[1].data(), in[2].data(), state.data(), cell.data(),
                         gates.data());
          return state;
        },
        [&](Context& c, const Arrays& in, const Values& dy, Arrays& g) {
          k.lstm_forward(c, s, in[0].data(), in[1].data(), in[2].data(), state.data(), cell.data(),
                         gates.data());
          k.lstm_backward(c, s, in[1].data(), state.data(), cell.data(), gates.data(), dy.data(), g[0].data(),
                          g[1].data(), g[2].data());
        });
    check(
        "gru", {random(3 * n, 1), random(27, 2), random(9, 3)},
        [&](Context& c, const Arrays& in) {
          k.gru_forward(c, s, in[0].data(), in[1].data(), in[2].data(), state.data(), gates.data());
          return state;
        },
        [&](Context& c, const Arrays& in, const Values& dy, Arrays& g) {
          k.gru_forward(c, s, in[0].data(), in[1].data(), in[2].data(), state.data(), gates.data());
          k.gru_backward(c, s, in[1].data(), state.data(), gates.data(), dy.data(), g[0].data(), g[1].data(),
                         g[2].data());
        });
  }
}

TEST_CASE("derivatives: activations") {
  for (const Activation activation :
       {Activation::identity, Activation::relu, Activation::tanh, Activation::sigmoid, Activation::gelu}) {
    Values y(40);
    const auto forward = [&](Context& c, const Arrays& in) {
      k.activation_forward(c, activation, 40, in[0].data(), y.data());
      return y;
    };
    check("activation", {spaced(40)}, forward,
          [&](Context& c, const Arrays& in, const Values& dy, Arrays& g) {
            forward(c, in);
            k.activation_backward(c, activation, 40, in[0].data(), y.data(), dy.data(), g[0].data());
          });
  }
  check(
      "softplus", {spaced(40)},
      [&](Context& c, const Arrays& in) {
        Values y(40);
        k.softplus_forward(c, 40, in[0].data(), y.data());
        return y;
      },
      [&](Context& c, const Arrays& in, const Values& dy, Arrays& g) {
        k.softplus_backward(c, 40, in[0].data(), dy.data(), g[0].data());
      });
}

TEST_CASE("derivatives: L2 normalisation") {
  Values y(15), norm(3);
  const auto forward = [&](Context& c, const Arrays& in) {
    k.l2_normalise_forward(c, 3, 5, Real(1e-12), in[0].data(), y.data(), norm.data());
    return y;
  };
  check("l2_normalise", {random(15, 1)}, forward,
        [&](Context& c, const Arrays& in, const Values& dy, Arrays& g) {
          forward(c, in);
          k.l2_normalise_backward(c, 3, 5, Real(1e-12), y.data(), norm.data(), dy.data(), g[0].data());
        });
}

TEST_CASE("derivatives: batch norm through its own statistics, alone and with activation and pool") {
  const Real epsilon = Real(0.01);
  Values mean(2), variance(2), y;
  check(
      "batch_norm", {random(14, 1), random(2, 2, 0.5, 1), random(2, 3)},
      [&](Context& c, const Arrays& in) {
        y.resize(14);
        k.batch_norm_statistics(c, 7, 2, in[0].data(), mean.data(), variance.data());
        k.batch_norm_forward(c, 7, 2, epsilon, in[0].data(), mean.data(), variance.data(), in[1].data(),
                             in[2].data(), y.data());
        return y;
      },
      [&](Context& c, const Arrays& in, const Values& dy, Arrays& g) {
        k.batch_norm_statistics(c, 7, 2, in[0].data(), mean.data(), variance.data());
        k.batch_norm_backward(c, 7, 2, epsilon, in[0].data(), mean.data(), variance.data(), in[1].data(),
                              dy.data(), g[0].data(), g[1].data(), g[2].data());
      });

  const PoolShape p{1, 5, 6, 2};
  std::vector<std::uint8_t> winner(12);
  for (const Activation activation : {Activation::identity, Activation::tanh, Activation::sigmoid}) {
    const auto forward = [&](Context& c, const Arrays& in) {
      y.resize(12);
      k.batch_norm_statistics(c, 30, 2, in[0].data(), mean.data(), variance.data());
      k.batch_norm_activation_pool_forward(c, p, activation, epsilon, in[0].data(), mean.data(),
                                           variance.data(), in[1].data(), in[2].data(), y.data(),
                                           winner.data());
      return y;
    };
    check("batch_norm_activation_pool", {spaced(60), {Real(0.7), Real(-0.8)}, random(2, 3)}, forward,
          [&](Context& c, const Arrays& in, const Values& dy, Arrays& g) {
            forward(c, in);
            k.batch_norm_activation_pool_backward(c, p, activation, epsilon, in[0].data(), mean.data(),
                                                  variance.data(), in[1].data(), y.data(), winner.data(),
                                                  dy.data(), g[0].data(), g[1].data(), g[2].data());
          });
  }
}

TEST_CASE("derivatives: softmax, log-softmax and the cross-entropies") {
  Values y(15);
  const auto softmax = [&](Context& c, const Arrays& in) {
    k.softmax_forward(c, 3, 5, in[0].data(), y.data());
    return y;
  };
  check("softmax", {random(15, 1)}, softmax, [&](Context& c, const Arrays& in, const Values& dy, Arrays& g) {
    softmax(c, in);
    k.softmax_backward(c, 3, 5, y.data(), dy.data(), g[0].data());
  });
  const auto log_softmax = [&](Context& c, const Arrays& in) {
    k.log_softmax_forward(c, 3, 5, in[0].data(), y.data());
    return y;
  };
  check("log_softmax", {random(15, 1)}, log_softmax,
        [&](Context& c, const Arrays& in, const Values& dy, Arrays& g) {
          log_softmax(c, in);
          k.log_softmax_backward(c, 3, 5, y.data(), dy.data(), g[0].data());
        });
  const std::int32_t target[] = {4, 0, 2};
  const auto cross_entropy = [&](Context& c, const Arrays& in) {
    Values loss(3);
    k.cross_entropy_forward(c, 3, 5, in[0].data(), target, loss.data(), y.data());
    return loss;
  };
  check("cross_entropy", {random(15, 1)}, cross_entropy,
        [&](Context& c, const Arrays& in, const Values& dy, Arrays& g) {
          cross_entropy(c, in);
          k.cross_entropy_backward(c, 3, 5, y.data(), target, dy.data(), g[0].data());
        });
  const Values label = random(9, 2, 0, 1);
  check(
      "binary_cross_entropy", {spaced(9)},
      [&](Context& c, const Arrays& in) {
        Values loss(9);
        k.binary_cross_entropy_forward(c, 9, in[0].data(), label.data(), loss.data());
        return loss;
      },
      [&](Context& c, const Arrays& in, const Values& dy, Arrays& g) {
        k.binary_cross_entropy_backward(c, 9, in[0].data(), label.data(), dy.data(), g[0].data());
      });
}

TEST_CASE("derivatives: triplet loss") {
  const std::int32_t triplets[] = {0, 1, 2, 0, 1, 3, 1, 0, 2, 2, 3, 0, 3, 2, 1};
  for (const bool soft : {false, true}) {
    const TripletRule rule{
        .margin = Real(0.31), .ceiling = Real(0.32), .beta = Real(0.5), .soft_margin = soft};
    check(
        "triplet", {spaced(16)},
        [&](Context& c, const Arrays& in) {
          Values loss(5);
          k.triplet_forward(c, rule, 4, 5, triplets, in[0].data(), loss.data());
          return loss;
        },
        [&](Context& c, const Arrays& in, const Values& dy, Arrays& g) {
          k.triplet_backward(c, rule, 4, 5, triplets, in[0].data(), dy.data(), g[0].data());
        });
  }
}

TEST_CASE("derivatives: patch match") {
  const PatchMatchShape s{2, 2, 3, 2, 1, 1};  // one channel: similarity is x times the largest or smallest y
  std::vector<std::int32_t> winner(24);
  const auto forward = [&](Context& c, const Arrays& in) {
    Values similarity(24);
    k.patch_match_forward(c, s, in[0].data(), in[1].data(), similarity.data(), winner.data());
    return similarity;
  };
  check("patch_match", {spaced(12), spaced(12)}, forward,
        [&](Context& c, const Arrays& in, const Values& dy, Arrays& g) {
          forward(c, in);
          k.patch_match_backward(c, s, in[0].data(), in[1].data(), winner.data(), dy.data(), g[0].data(),
                                 g[1].data());
        });
}
