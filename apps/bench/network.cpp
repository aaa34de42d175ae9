#include "reid/network/network.h"

#include <fmt/format.h>

#include <algorithm>

#include "apps/bench/stopwatch.h"
#include "apps/bench/subjects.h"
#include "engine/optimizer.h"
#include "reid/loss/losses.h"

namespace triptych::bench {
namespace {

constexpr Index batch = step_images;
// So that each step is the same one: training on one batch for ever kills units, which then cost nothing.
constexpr double rate = 0;

Tensor random_crops(const Device& device, const NetworkOptions& options, Index count) {
  return random_tensor(device, {count, options.crop_height, options.crop_width, 3}, 0, 1);
}

// forward + the improved triplet loss of 32 triplets (anchor, positive, negative in turn) + backward + Adam.
std::function<void()> reference_step(const Device& device, Network& network, Optimizer& optimizer,
                                     const Tensor& crops) {
  std::vector<std::int32_t> triplets(batch);
  for (std::size_t i = 0; i < triplets.size(); ++i) triplets[i] = static_cast<std::int32_t>(i);
  const Tensor which = Tensor::from(device, {batch / 3, 3}, std::span<const std::int32_t>(triplets));
  return [&network, &optimizer, crops, which] {
    Tape tape;
    Random noise(1);
    const NetworkOutput out = network(tape.input(crops), {}, Mode::train, noise);
    const Variable distances = pairwise_squared_distances(out.embedding, out.embedding);
    const Variable loss = mean(triplet_loss(distances, which, {Real(0.5), Real(0.3), Real(0.1), false}));
    clear_gradients(network.parameters());
    tape.backward(loss);
    optimizer.step(rate);
    network.device().synchronise();
  };
}

// A step of the default training: every part of the default loss, gradient clipping, AdamW.
std::function<void()> default_step(const Device& device, Network& network, Optimizer& optimizer,
                                   const Tensor& crops) {
  const PatchGrid grid = network.grid();
  const Index images = crops.shape()[0];
  std::vector<std::int32_t> identities(static_cast<std::size_t>(images));
  for (Index i = 0; i < images; ++i)
    identities[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(i % (images / 2));
  const std::vector<std::uint8_t> every(static_cast<std::size_t>(images * grid.patches()), 1);
  const Tensor labels =
      Tensor::from(device, {images, grid.rows, grid.columns}, std::span<const std::uint8_t>(every));
  return [&network, &optimizer, crops, identities, labels] {
    const LossOptions weights;
    Tape tape;
    Random noise(1), choice(2);
    const NetworkOutput out =
        network(tape.input(crops), {PatchSelection::By::labels, labels}, Mode::train, noise);
    LossInputs inputs;
    inputs.identities = identities, inputs.labels = labels, inputs.train_gate = true;
    const LossReport report = total_loss(out, inputs, weights, EmOptions{}.reach, choice);
    clear_gradients(network.parameters());
    tape.backward(report.total);
    clip_gradients(network.parameters(), TrainingOptions{}.clip);
    optimizer.step(rate);
    network.device().synchronise();
  };
}

using MakeStep = std::function<void()> (*)(const Device&, Network&, Optimizer&, const Tensor&);

// Behind the time, for the reference network, whose operations are known: GFLOP/s.
void print_with_speed(const std::string& name, const Timing& time, double operations) {
  print_time(name, time);
  if (time.valid > 0 && operations > 0)
    print_figure(name + "_gflops", 1e-9 * operations / time.seconds, "GFLOP/s");
}

void measure_training(const Settings& settings, const Device& device, const Subject& subject, int threads) {
  const std::string name = fmt::format("train_step_{}b{}{}", subject.name, batch, threads_suffix(threads));
  if (!wanted(settings, name)) return;
  device.use_threads(std::max(1, threads));
  Network network(device, subject.options, 1);
  Optimizer::Options rule;
  rule.kind = subject.is_reference() ? Optimizer::Kind::adam : Optimizer::Kind::adamw;
  Optimizer optimizer(network.parameters(), rule);
  const MakeStep make_step = subject.is_reference() ? reference_step : default_step;
  const auto step = make_step(device, network, optimizer, random_crops(device, subject.options, batch));
  print_with_speed(name, time_of(step, threads, settings.seconds),
                   subject.is_reference() ? batch * training_operations(subject.options) : 0);
}

void measure_inference(const Settings& settings, const Device& device, const Subject& subject, Index images,
                       int threads) {
  const std::string name = fmt::format("infer_{}b{}{}", subject.name, images, threads_suffix(threads));
  if (!wanted(settings, name)) return;
  device.use_threads(std::max(1, threads));
  Network network(device, subject.options, 1);
  const Tensor crops = random_crops(device, subject.options, images);
  const auto run = [&] {
    network.infer(crops, PatchSelection::By::everything);
    device.synchronise();
  };
  print_with_speed(
      name, time_of(run, threads, settings.seconds),
      subject.is_reference() ? static_cast<double>(images) * forward_operations(subject.options) : 0);
}

}  // namespace

std::function<void()> default_training_step(const Device& device, Index images) {
  struct Kept {
    Network network;
    Optimizer optimizer;
    Kept(const Device& device, const NetworkOptions& options, const Optimizer::Options& rule)
        : network(device, options, 1), optimizer(network.parameters(), rule) {}
  };
  const NetworkOptions options;
  Optimizer::Options rule;
  rule.kind = Optimizer::Kind::adamw;
  const auto kept = std::make_shared<Kept>(device, options, rule);
  const auto step =
      default_step(device, kept->network, kept->optimizer, random_crops(device, options, images));
  return [kept, step] { step(); };
}

void measure_network(const Settings& settings, const Device& device) {
  for (const int threads : numbers_of_threads(device))
    for (const Subject& subject : subjects()) {
      measure_training(settings, device, subject, threads);
      for (const Index images : {1, 32, 96}) measure_inference(settings, device, subject, images, threads);
    }
}

}  // namespace triptych::bench
