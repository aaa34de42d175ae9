#include <fmt/format.h>

#include "apps/bench/cards.h"
#include "apps/bench/stopwatch.h"
#include "apps/bench/subjects.h"
#include "engine/error.h"
#include "kernels/cuda/ladder.h"
#include "kernels/cuda/tiles.h"
#include "kernels/emulator/executor.h"
#include "kernels/kernels.h"
#include "kernels/ptx/device.h"
#include "kernels/ptx/report.h"
#include "kernels/ptx/resources.h"

// What each CUDA kernel asks of a GPU, counted by the PTX interpreter at small shapes: `bench --device ptx`.
// Counts are not times, but they say where time goes, they need no GPU, and they are the same on every
// machine.
namespace triptych::bench {
namespace {

// Runs a workload and prints its kernels; all checks of the interpreter are on, and what they find is an
// error.
class Counting {
 public:
  Counting(const Settings& settings, const Device& device, const std::string& lines)
      : settings_(settings), device_(device), lines_(lines), interpreter_(ptx::device_interpreter()) {
    if (lines_.empty()) fmt::print("{}", ptx::heading("kernel"));
  }
  ~Counting() { interpreter_.count(false); }
  Counting(const Counting&) = delete;
  Counting& operator=(const Counting&) = delete;

  template <class Workload>
  void count(const std::string& name, Workload workload) {
    if (!wanted(settings_, name)) return;
    device_.synchronise();
    interpreter_.clear_profiles();
    interpreter_.count(true);
    workload(device_.kernels(), device_.context());
    device_.synchronise();
    interpreter_.count(false);
    const std::vector<ptx::Profile> profiles = interpreter_.profiles();
    const std::string text = lines_.empty() ? ptx::kernel_rows(profiles) : ptx::line_table(profiles, lines_);
    if (!text.empty()) fmt::print("{}\n{}", name, text);
    printed_ += !text.empty();
    if (shows_occupancy_ && lines_.empty()) print_occupancy(profiles);
  }
  // Behind each kernel what ptxas gives it of a multiprocessor of an A100.
  void show_occupancy(bool shows) { shows_occupancy_ = shows; }

  Tensor random(const Shape& shape) const { return random_tensor(device_, shape); }
  Tensor zeros(const Shape& shape) const { return Tensor::zeros(device_, shape); }
  Tensor bytes(const Shape& shape) const { return Tensor(device_, shape, Type::byte); }
  const Device& device() const { return device_; }
  int printed() const { return printed_; }

 private:
  // Nothing where the build has no code for that card.
  static void print_occupancy(const std::vector<ptx::Profile>& profiles) {
    const Card& card = *find_card("a100");
    static const auto resources = ptx::resources(ptx::find_folder(), card.architecture);
    for (const ptx::Profile& profile : profiles)
      for (const auto& [shape, launches] : profile.shapes) {
        const auto found = resources.find(profile.mangled);
        if (found == resources.end()) continue;
        const int threads = static_cast<int>(shape.block.count());
        const int shared = found->second.shared_bytes + static_cast<int>(shape.dynamic_shared_bytes);
        const Occupancy held = occupancy(card, threads, found->second.registers, shared);
        fmt::print(
            "        {} registers, {} bytes of shared memory: {} of {} warps of an A100's multiprocessor\n",
            found->second.registers, shared, held.blocks * ((threads + 31) / 32), card.threads / 32);
      }
  }

  const Settings& settings_;
  Device device_;
  std::string lines_;
  bool shows_occupancy_ = false;
  ptx::Interpreter& interpreter_;
  int printed_ = 0;
};

void count_ladder(Counting& counting) {
  constexpr Index n = 128;
  const Tensor a = counting.random({n, n}), b = counting.random({n, n}), c = counting.zeros({n, n});
  counting.show_occupancy(true);
  for (const cuda::Rung& rung : cuda::ladder())
    counting.count(fmt::format("ladder {0}x{0}x{0}, {1}: {2}", n, rung.name, rung.idea),
                   [&](const Kernels&, Context& context) {
                     const emulator::EngineScope scope(emulator::Engine::ptx);
                     rung.multiply(context, n, n, n, a.real(), b.real(), c.real());
                   });
  counting.show_occupancy(false);
}

// Small results take small tiles; the last two take those of 64 x 64 and 128 x 128
// (kernels/cuda/tiles.h).
void count_gemm(Counting& counting) {
  const struct {
    const char* name;
    Transpose ta, tb;
    Index m, n, k;
  } cases[] = {{"gemm 128x128x64", Transpose::no, Transpose::no, 128, 128, 64},
               {"gemm 128x128x64, A transposed", Transpose::yes, Transpose::no, 128, 128, 64},
               {"gemm 128x128x64, B transposed", Transpose::no, Transpose::yes, 128, 128, 64},
               {"gemm 67x45x33", Transpose::no, Transpose::no, 67, 45, 33},
               {"gemm 512x512x32", Transpose::no, Transpose::no, 512, 512, 32},
               {"gemm 1024x2048x32", Transpose::no, Transpose::no, 1024, 2048, 32}};
  for (const auto& product : cases) {
    const Transpose ta = product.ta, tb = product.tb;
    const Index m = product.m, n = product.n, k = product.k;
    const Tensor a = counting.random({m, k}), b = counting.random({k, n}), c = counting.zeros({m, n});
    const Index lda = ta == Transpose::no ? k : m, ldb = tb == Transpose::no ? n : k;
    counting.count(product.name, [&](const Kernels& kernels, Context& context) {
      kernels.gemm(context, ta, tb, m, n, k, 1, a.real(), lda, b.real(), ldb, 0, c.real(), n);
    });
  }
}

void count_convolution(Counting& counting, const ConvolutionShape& s, const std::string& name) {
  const Shape filter = {s.kernel_height, s.kernel_width, s.in_channels, s.out_channels};
  const Shape output = {s.batch, s.out_height(), s.out_width(), s.out_channels};
  const Shape pooled = {s.batch, s.out_height() / 2, s.out_width() / 2, s.out_channels};
  const Tensor x = counting.random({s.batch, s.height, s.width, s.in_channels}), w = counting.random(filter);
  const Tensor bias = counting.zeros({s.out_channels}), y = counting.random(output),
               small = counting.random(pooled);
  const Tensor winner = counting.bytes(pooled), dx = counting.zeros(x.shape()), dw = counting.zeros(filter);
  const Tensor dbias = counting.zeros({s.out_channels});
  const std::string shape = fmt::format(" {}x{}x{}x{} -> {}, {}x{}", s.batch, s.height, s.width,
                                        s.in_channels, s.out_channels, s.kernel_height, s.kernel_width);
  counting.count(name + " forward" + shape, [&](const Kernels& k, Context& context) {
    k.convolution_forward(context, s, x.real(), w.real(), bias.real(), y.real());
  });
  counting.count(name + " + relu + pool" + shape, [&](const Kernels& k, Context& context) {
    k.convolution_activation_pool_forward(context, s, Activation::relu, x.real(), w.real(), bias.real(),
                                          small.real(), winner.byte());
  });
  counting.count(name + " backward by input" + shape, [&](const Kernels& k, Context& context) {
    k.convolution_backward_input(context, s, y.real(), w.real(), dx.real());
  });
  counting.count(name + " backward by weights" + shape, [&](const Kernels& k, Context& context) {
    k.convolution_backward_weights(context, s, x.real(), y.real(), dw.real(), dbias.real());
  });
}

// The convolutions of the default network at their own sizes, each on so few images that it still takes the
// tile that it takes in training (kernels/cuda/tiles.h).
void count_network(Counting& counting) {
  const NetworkOptions options;
  ConvolutionShape s{0, options.crop_height, options.crop_width, 3, 0, options.kernel, options.kernel,
                     1, options.kernel / 2};
  int block = 1;
  for (const Index out : options.channels) {
    s.out_channels = out;
    const auto tile_of = [&](Index images) {
      s.batch = images;
      return cuda::tile_for(s.pixels(), out);
    };
    const std::size_t tile = tile_of(step_images);
    Index images = 1;
    while (tile_of(images) != tile) ++images;
    count_convolution(counting, s, fmt::format("conv{}", block++));
    s.height /= 2, s.width /= 2, s.in_channels = out;
  }
}

void count_normalisation(Counting& counting) {
  constexpr PoolShape s{2, 16, 12, 32};
  constexpr Index rows = s.batch * s.height * s.width, channels = s.channels;
  const Tensor x = counting.random({s.batch, s.height, s.width, channels}), y = counting.random(x.shape());
  const Tensor dx = counting.zeros(x.shape()), dy = counting.random(x.shape());
  const Shape pooled = {s.batch, s.out_height(), s.out_width(), channels};
  const Tensor small = counting.random(pooled), winner = counting.bytes(pooled);
  const Tensor mean = counting.zeros({channels}), variance = counting.zeros({channels});
  const Tensor gamma = counting.random({channels}), beta = counting.random({channels});
  const Tensor dgamma = counting.zeros({channels}), dbeta = counting.zeros({channels});
  constexpr Real epsilon = Real(1e-5);
  counting.count("max pool 2x16x12x32", [&](const Kernels& k, Context& context) {
    k.max_pool_forward(context, s, x.real(), small.real(), winner.byte());
    k.max_pool_backward(context, s, winner.byte(), small.real(), dx.real());
  });
  counting.count("batch norm 384x32", [&](const Kernels& k, Context& context) {
    k.batch_norm_statistics(context, rows, channels, x.real(), mean.real(), variance.real());
    k.batch_norm_forward(context, rows, channels, epsilon, x.real(), mean.real(), variance.real(),
                         gamma.real(), beta.real(), y.real());
    k.batch_norm_backward(context, rows, channels, epsilon, x.real(), mean.real(), variance.real(),
                          gamma.real(), dy.real(), dx.real(), dgamma.real(), dbeta.real());
  });
  counting.count("batch norm + relu + pool 2x16x12x32", [&](const Kernels& k, Context& context) {
    k.batch_norm_activation_pool_forward(context, s, Activation::relu, epsilon, x.real(), mean.real(),
                                         variance.real(), gamma.real(), beta.real(), small.real(),
                                         winner.byte());
  });
}

void count_recurrence(Counting& counting) {
  constexpr RecurrentShape s{4, 8, 64};
  const Tensor x = counting.random({s.steps, s.batch, 4 * s.hidden}),
               w = counting.random({s.hidden, 4 * s.hidden});
  const Tensor bias = counting.zeros({4 * s.hidden}), gates = counting.zeros(x.shape()),
               dx = counting.zeros(x.shape());
  const Tensor h = counting.zeros({s.steps, s.batch, s.hidden}), c = counting.zeros(h.shape());
  const Tensor dh = counting.random(h.shape()), dw = counting.zeros(w.shape()),
               dbias = counting.zeros({4 * s.hidden});
  counting.count("elman 4 steps, 8x64", [&](const Kernels& k, Context& context) {
    k.elman_forward(context, s, RecurrentOutput::tanh, x.real(), w.real(), bias.real(), h.real());
    k.elman_backward(context, s, RecurrentOutput::tanh, w.real(), h.real(), dh.real(), dx.real(), dw.real(),
                     dbias.real());
  });
  counting.count("lstm 4 steps, 8x64", [&](const Kernels& k, Context& context) {
    k.lstm_forward(context, s, x.real(), w.real(), bias.real(), h.real(), c.real(), gates.real());
    k.lstm_backward(context, s, w.real(), h.real(), c.real(), gates.real(), dh.real(), dx.real(), dw.real(),
                    dbias.real());
  });
  counting.count("gru 4 steps, 8x64", [&](const Kernels& k, Context& context) {
    k.gru_forward(context, s, x.real(), w.real(), bias.real(), h.real(), gates.real());
    k.gru_backward(context, s, w.real(), h.real(), gates.real(), dh.real(), dx.real(), dw.real(),
                   dbias.real());
  });
}

void count_rows_and_elements(Counting& counting) {
  constexpr Index rows = 64, columns = 200, n = rows * columns;
  const Tensor x = counting.random({rows, columns}), y = counting.random({rows, columns}),
               norm = counting.zeros({rows});
  const Tensor column = counting.zeros({columns}), m = counting.zeros({n}), v = counting.zeros({n});
  counting.count("sum over rows and over columns 64x200", [&](const Kernels& k, Context& context) {
    k.sum_axis_forward(context, 1, rows, columns, 1, x.real(), column.real());
    k.sum_axis_forward(context, rows, columns, 1, 1, x.real(), norm.real());
  });
  counting.count("squared norm of 12800", [&](const Kernels& k, Context& context) {
    k.squared_norm(context, n, x.real(), norm.real());
  });
  counting.count("softmax 64x200", [&](const Kernels& k, Context& context) {
    k.softmax_forward(context, rows, columns, x.real(), y.real());
  });
  counting.count("l2 normalise 64x200", [&](const Kernels& k, Context& context) {
    k.l2_normalise_forward(context, rows, columns, Real(1e-6), x.real(), y.real(), norm.real());
  });
  counting.count("elementwise 12800: y += x, relu, gelu", [&](const Kernels& k, Context& context) {
    k.add_scaled(context, n, 1, x.real(), y.real());
    k.activation_forward(context, Activation::relu, n, x.real(), y.real());
    k.activation_forward(context, Activation::gelu, n, x.real(), y.real());
  });
  const Tensor distances = counting.zeros({rows, rows});
  counting.count("pairwise distances 64x64x200", [&](const Kernels& k, Context& context) {
    k.pairwise_distance_forward(context, rows, rows, columns, x.real(), y.real(), distances.real());
  });
}

}  // namespace

void count_kernels(const Settings& settings, const Device& device, const std::string& lines) {
  Counting counting(settings, device, lines);
  count_ladder(counting);
  count_gemm(counting);
  count_convolution(counting, {2, 16, 12, 16, 32, 5, 5, 1, 2}, "convolution");
  count_network(counting);
  count_normalisation(counting);
  count_recurrence(counting);
  count_rows_and_elements(counting);
  if (counting.printed() == 0)
    fail(
        "nothing was counted: --only and --lines together find no kernel; 'triptych bench --device ptx' "
        "lists them all");
  fmt::print(
      "checked in all of them: bounds, alignment, barriers, missing lanes, uninitialised shared memory, "
      "races in shared memory\n");
}

}  // namespace triptych::bench
