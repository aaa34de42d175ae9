#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <functional>
#include <numeric>
#include <optional>

#include "apps/bench/stopwatch.h"
#include "apps/bench/subjects.h"
#include "engine/error.h"
#include "kernels/kernels.h"
#include "reid/training/trainer.h"

// What of a training step is not the network: a real Trainer trains on synthetic people, one thread of its
// own and one for the batch that is built ahead, and every node of its tape is timed by the CPU time of the
// thread that computes.
//
//     step      CPU time of the whole process from one step's record to the next
//     network   the nodes up to the embedding, forward and back
//     loss      the nodes behind it, forward and backward, and the work between nodes: mining, the record's
//               figures, gradients set to 0
//     loading   what the other thread had: sampling, augmenting, normalising
//     rest      what is left: waiting for the batch, gradient norm, optimizer, the tape's end
namespace triptych::bench {
namespace {

double thread_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// CPU seconds of one step of training, and of its parts.
struct Step {
  double all = 0, loading = 0, network = 0, loss = 0;
  double norm_and_pool = 0;  // of the network, where a batch norm stands before activation and pooling

  double rest() const { return all - loading - network - loss; }
};

// Charges the nodes of a tape to a step, forward and backward.
class NodeClock {
 public:
  NodeClock(Index embedding_size, Step& step) : embedding_size_(embedding_size), step_(step) {}

  void watch(Tape& tape) {
    tape.on_forward = [this, &tape](int node) {
      if (embedding_ < 0 && is_embedding(tape.nodes()[static_cast<std::size_t>(node)])) embedding_ = node;
      charge(tape, node);
    };
    tape.on_backward = [this, &tape](int node) { charge(tape, node); };
  }
  bool has_seen_embedding() const { return embedding_ >= 0; }

 private:
  // The first whole row that is scaled to length 1.
  bool is_embedding(const Tape::Node& node) const {
    return node.op == "l2_normalise" && node.shape.axes() == 2 && node.shape.last() == embedding_size_;
  }
  void charge(const Tape& tape, int node) {
    const double seconds = thread_seconds() - last_;
    if (node > 0) {  // before node 0 the batch is built
      (embedding_ >= 0 && node > embedding_ ? step_.loss : step_.network) += seconds;
      if (tape.nodes()[static_cast<std::size_t>(node)].op.starts_with("batch_norm"))
        step_.norm_and_pool += seconds;
    }
    last_ = thread_seconds();
  }

  Index embedding_size_;
  Step& step_;
  int embedding_ = -1;
  double last_ = 0;
};

// Two steps of training, of which the second finds its batch already built; that one is timed.
Step time_step(Trainer& trainer) {
  Step step;
  NodeClock nodes(trainer.model().network->embedding_size(), step);
  std::atomic<bool> stop = false;
  int steps = 0;
  Clock all{};
  double own = 0;
  TrainingObserver observer;
  observer.stop = &stop;
  observer.on_tape = [&](Tape& tape) {
    if (steps == 1) nodes.watch(tape);
  };
  observer.on_step = [&](const StepRecord&) {
    stop = ++steps == 2;
    all = Clock::now() - (stop ? all : Clock{});
    own = thread_seconds() - (stop ? own : 0);
  };
  trainer.run(observer);
  require(steps == 2, "overhead: the training ended before it was measured; ask for fewer --seconds");
  require(nodes.has_seen_embedding(), "overhead: no node of the tape is the embedding");
  step.all = all.cpu, step.loading = all.cpu - own;
  return step;
}

// The loss of the reference network: triplets alone, a negative for each pair.
Options options_of(const Subject& subject) {
  Options options;
  options.network = subject.options;
  options.training.identities = step_images / 2;
  options.em.rounds = 1;
  if (!subject.is_reference()) return options;
  options.loss.mining = Mining::random;
  options.loss.softmax_weight = options.loss.patch_weight = options.loss.gate_weight = 0;
  options.training.optimizer = Optimizer::Kind::adam;
  options.training.clip = 0;
  return options;
}

// What pooling and activation cost where they are part of the convolution's kernels: seconds of one thread.
struct FusedPooling {
  // The fused kernels less the plain ones, which store, and are given, the whole image. Backward they cost
  // less than nothing after a relu: a plain kernel multiplies the zeros of all pixels that lost.
  double forward = 0, backward = 0;
  // Backward for a gradient of 0, which a relu's kernel has no work for: the search for winners. It holds all
  // that pooling and activation can cost there, and some of the convolution's own: copies of its input and
  // filters.
  double winners = 0;
};

FusedPooling time_fused_pooling(const Device& device, const NetworkOptions& network, double seconds) {
  const Kernels& k = device.kernels();
  Context& context = device.context();
  FusedPooling sum;
  Index height = network.crop_height, width = network.crop_width, in = 3;
  for (const Index out : network.channels) {
    const ConvolutionShape s{step_images,       height, width, in, out, network.kernel, network.kernel, 1,
                             network.kernel / 2};
    // Not negative: the image, or what an activation left of the block before.
    const Tensor x = random_tensor(device, {s.batch, height, width, in}, 0, 1);
    const Tensor w = random_tensor(device, {s.kernel_height, s.kernel_width, in, out});
    const Tensor bias = Tensor::zeros(device, {out}), y(device, {s.batch, height, width, out});
    const Tensor pooled(device, {s.batch, height / 2, width / 2, out});
    const Tensor winner(device, pooled.shape(), Type::byte);
    const Tensor dy = random_tensor(device, y.shape()), dpooled = random_tensor(device, pooled.shape());
    const Tensor no_gradient = Tensor::zeros(device, pooled.shape());
    const Tensor dx = Tensor::zeros(device, x.shape()), dw = Tensor::zeros(device, w.shape());
    const Activation activation = network.activation;
    Real* const wanted_dx = in == 3 ? nullptr : dx.real();  // the image needs no gradient
    const auto fused_backward = [&](const Tensor& gradient) {
      k.convolution_activation_pool_backward(context, s, activation, x.real(), w.real(), pooled.real(),
                                             winner.byte(), gradient.real(), wanted_dx, dw.real(), nullptr);
    };
    const std::vector<Timing> times =
        times_in_turns({[&] { k.convolution_forward(context, s, x.real(), w.real(), bias.real(), y.real()); },
                        [&] {
                          k.convolution_activation_pool_forward(context, s, activation, x.real(), w.real(),
                                                                bias.real(), pooled.real(), winner.byte());
                        },
                        [&] {
                          k.convolution_backward_weights(context, s, x.real(), dy.real(), dw.real(), nullptr);
                          if (wanted_dx)
                            k.convolution_backward_input(context, s, dy.real(), w.real(), wanted_dx);
                        },
                        [&] { fused_backward(dpooled); }, [&] { fused_backward(no_gradient); }},
                       1, seconds);
    sum.forward += times[1].seconds - times[0].seconds;
    sum.backward += times[3].seconds - times[2].seconds;
    sum.winners += times[4].seconds;
    height /= 2, width /= 2, in = out;
  }
  return sum;
}

void measure_subject(const Settings& settings, const Device& device, const Subject& subject,
                     const Dataset& dataset, const ImageSource& images) {
  std::vector<Index> identities(static_cast<std::size_t>(dataset.identities));
  std::iota(identities.begin(), identities.end(), Index(0));
  Trainer trainer(device, options_of(subject), {dataset, images, identities, {}});
  std::vector<Step> steps;
  double spent = 0;
  while (spent < 4 * settings.seconds || steps.size() < 3) {
    const Clock start = Clock::now();
    steps.push_back(time_step(trainer));
    spent += (Clock::now() - start).wall;
  }
  // The median of each step's own share: a slow step is slow in all of its parts. (Of pooling, which is timed
  // alone, it is the share of the median step.)
  const auto print_share = [&](const char* part, const std::function<double(const Step&)>& seconds) {
    std::vector<double> percent;
    for (const Step& step : steps) percent.push_back(100 * seconds(step) / step.all);
    print_figure(fmt::format("overhead_{}{}", subject.name, part), median(percent), "percent");
  };
  print_share("loss", [](const Step& s) { return s.loss; });
  print_share("loading", [](const Step& s) { return s.loading; });
  print_share("rest", [](const Step& s) { return s.rest(); });
  print_share("sum", [](const Step& s) { return s.all - s.network; });
  if (subject.options.batch_norm)
    return print_share("norm_activation_pool", [](const Step& s) { return s.norm_and_pool; });
  const FusedPooling fused = time_fused_pooling(device, subject.options, settings.seconds);
  const auto print_of_step = [&](const char* part, double seconds) {
    print_share(part, [seconds](const Step&) { return seconds; });
  };
  print_of_step("activation_pool_forward", fused.forward);
  print_of_step("activation_pool_backward", fused.backward);
  if (subject.options.activation == Activation::relu) print_of_step("activation_pool_winners", fused.winners);
}

}  // namespace

void measure_overhead(const Settings& settings) {
  const std::string identities = "synthetic:240";  // five steps an epoch
  std::optional<Dataset> dataset;
  ImageSource images;
  Device device = Device::open("cpu");
  for (const Subject& subject : subjects()) {
    if (!wanted(settings, fmt::format("overhead_{}sum", subject.name))) continue;
    const NetworkOptions& n = subject.options;
    if (!dataset) {
      dataset = open_dataset(identities);
      images = open_images(*dataset, {n.image_height, n.image_width});
    }
    device.use_threads(1);
    measure_subject(settings, device, subject, *dataset, images);
  }
}

}  // namespace triptych::bench
