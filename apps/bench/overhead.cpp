#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <numeric>
#include <optional>

#include "apps/bench/stopwatch.h"
#include "apps/bench/subjects.h"
#include "engine/error.h"
#include "reid/training/trainer.h"

// What of a training step is not the network: a real Trainer trains on drawn people, one thread of its own and one for the batch
// that is built ahead, and every node of its tape is timed by the CPU time of the thread that computes.
//
//     step      CPU time of the whole process from one step's record to the next
//     network   the nodes up to the embedding, forward and back
//     loss      the nodes behind it, forward and back
//     loading   what the other thread had: sampling, augmenting, normalising
//     rest      step - network - loss - loading: optimizer, gradient norm, mining, the tape's own work, records
namespace triptych::bench {
namespace {

double thread_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// CPU seconds of one step's nodes.
struct Nodes {
  double network = 0, loss = 0;
  double norm_and_pool = 0;  // of the network, where a batch norm stands before activation and pooling
};

// Every node's forward and backward on one tape, as the trainer shows it.
Nodes time_nodes(Trainer& trainer) {
  const Index embedding_size = trainer.model().network->embedding_size();
  std::vector<double> seconds;
  double last = 0;
  const auto charge = [&](int node) {
    const double now = thread_seconds();
    seconds.resize(std::max(seconds.size(), static_cast<std::size_t>(node) + 1));
    if (node > 0) seconds[static_cast<std::size_t>(node)] += now - last;  // before node 0 the batch is built
    last = thread_seconds();
  };
  Nodes sums;
  const auto add_up = [&](const Tape& tape) {
    bool behind = false;  // ... the embedding, which is the first whole row that is scaled to length 1
    for (std::size_t i = 0; i < tape.nodes().size(); ++i) {
      const Tape::Node& node = tape.nodes()[i];
      (behind ? sums.loss : sums.network) += seconds[i];
      if (node.op.starts_with("batch_norm")) sums.norm_and_pool += seconds[i];
      behind = behind ||
               (node.op == "l2_normalise" && node.shape.axes() == 2 && node.shape.last() == embedding_size);
    }
    require(behind, "overhead: no node of the tape is the embedding");
  };
  trainer.inspect_step(add_up, [&](Tape& tape) {
    tape.keep = tape.profile = false;  // as in training
    tape.on_forward = tape.on_backward = charge;
  });
  return sums;
}

struct Step {
  double all = 0, loading = 0;  // CPU seconds of the process, and those that are not of this thread
};

// Two steps of training, of which the second finds its batch already built; that one is timed.
Step time_step(Trainer& trainer) {
  std::atomic<bool> stop = false;
  int steps = 0;
  Clock all{};
  double own = 0;
  TrainingObserver observer;
  observer.stop = &stop;
  observer.on_step = [&](const StepRecord&) {
    stop = ++steps == 2;
    all = Clock::now() - (stop ? all : Clock{});
    own = thread_seconds() - (stop ? own : 0);
  };
  trainer.run(observer);
  return {all.cpu, all.cpu - own};
}

// The loss of the reference network: triplets alone, a negative for each pair.
Options options_of(const Subject& subject) {
  Options options;
  options.network = subject.options;
  options.training.people = step_pictures / 2;
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
  // The fused kernels less the plain ones, which store, and are given, the whole picture. Backward they cost less than nothing after a relu: a
  // plain kernel multiplies the zeros of all pixels that lost.
  double forward = 0, backward = 0;
  // Backward for a gradient of 0, which a relu's kernel has no work for: the search for winners. It holds all that pooling and activation
  // can cost there, and some of the convolution's own: copies of its input and filters.
  double winners = 0;
};

FusedPooling time_fused_pooling(Device& device, const NetworkOptions& network, double seconds) {
  const Kernels& k = device.kernels();
  Context& context = device.context();
  FusedPooling sum;
  Index height = network.crop_height, width = network.crop_width, in = 3;
  for (const Index out : network.channels) {
    const ConvolutionShape s{step_pictures,     height, width, in, out, network.kernel, network.kernel, 1,
                             network.kernel / 2};
    // Not negative: the picture, or what an activation left of the block before.
    const Tensor x = random_tensor(device, {s.batch, height, width, in}, 0, 1);
    const Tensor w = random_tensor(device, {s.kernel_height, s.kernel_width, in, out});
    const Tensor bias = Tensor::zeros(device, {out}), y(device, {s.batch, height, width, out});
    const Tensor pooled(device, {s.batch, height / 2, width / 2, out});
    const Tensor winner(device, pooled.shape(), Type::byte);
    const Tensor dy = random_tensor(device, y.shape()), dpooled = random_tensor(device, pooled.shape());
    const Tensor no_gradient = Tensor::zeros(device, pooled.shape());
    const Tensor dx = Tensor::zeros(device, x.shape()), dw = Tensor::zeros(device, w.shape());
    const Activation activation = network.activation;
    Real* const wanted_dx = in == 3 ? nullptr : dx.real();  // nobody asks for the gradient of the picture
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

void measure_subject(const Settings& settings, Device& device, const Subject& subject, const Dataset& dataset,
                     const PictureSet& pictures) {
  std::vector<Index> people(static_cast<std::size_t>(dataset.people));
  std::iota(people.begin(), people.end(), Index(0));
  Trainer trainer(device, options_of(subject), {dataset, pictures, people, {}});
  std::vector<double> step, network, loss, loading, norm_and_pool;
  double spent = 0;
  while (spent < 4 * settings.seconds || step.size() < 3) {
    const Clock start = Clock::now();
    const Step whole = time_step(trainer);
    const Nodes nodes = time_nodes(trainer);
    step.push_back(whole.all), loading.push_back(whole.loading);
    network.push_back(nodes.network), loss.push_back(nodes.loss);
    norm_and_pool.push_back(nodes.norm_and_pool);
    spent += (Clock::now() - start).wall;
  }
  const double all = median(step);
  const auto print_share = [&](const char* part, double seconds) {
    print_figure(fmt::format("overhead_{}{}", subject.name, part), 100 * seconds / all, "percent");
  };
  print_share("loss", median(loss));
  print_share("loading", median(loading));
  print_share("rest", all - median(network) - median(loss) - median(loading));
  print_share("sum", all - median(network));
  if (subject.options.batch_norm) return print_share("norm_activation_pool", median(norm_and_pool));
  const FusedPooling fused = time_fused_pooling(device, subject.options, settings.seconds);
  print_share("activation_pool_forward", fused.forward);
  print_share("activation_pool_backward", fused.backward);
  if (subject.options.activation == Activation::relu) print_share("activation_pool_winners", fused.winners);
}

}  // namespace

void measure_overhead(const Settings& settings) {
  const std::string people = "synthetic:240";  // five steps an epoch
  std::optional<Dataset> dataset;
  PictureSet pictures;
  Device& device = Device::open("cpu");
  for (const Subject& subject : subjects()) {
    if (!wanted(settings, fmt::format("overhead_{}sum", subject.name))) continue;
    const NetworkOptions& n = subject.options;
    if (!dataset) {
      dataset = open_dataset(people);
      pictures = load_pictures(*dataset, n.picture_height, n.picture_width, 2, 1);
    }
    device.use_threads(1);
    measure_subject(settings, device, subject, *dataset, pictures);
  }
}

}  // namespace triptych::bench
