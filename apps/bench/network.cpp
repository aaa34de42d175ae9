#include "reid/network/network.h"

#include <fmt/format.h>

#include "apps/bench/stopwatch.h"
#include "engine/optimizer.h"
#include "reid/loss/losses.h"

namespace triptych::bench {
namespace {

constexpr Index batch = 96;

Tensor random_crops(Device& device, const NetworkOptions& options, Index count) {
  return random_tensor(device, {count, options.crop_height, options.crop_width, 3}, 0, 1);
}

// The network that tests/golden and other frameworks can be asked for just as well: whole rows as patches, no batch
// norm, one maximum over the picture.
NetworkOptions rows_network() {
  NetworkOptions options;
  options.patches = Patches::rows;
  options.batch_norm = false;
  options.strips = 1;
  return options;
}

// forward + the improved triplet loss of 32 triplets (anchor, positive, negative in turn) + backward + Adam.
std::function<void()> rows_step(Device& device, Network& network, Optimizer& optimizer, const Tensor& crops) {
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
    optimizer.step(1e-3);
    network.device().synchronise();
  };
}

// A step of the default training: every part of the default loss, gradient clipping, AdamW.
std::function<void()> default_step(Device& device, Network& network, Optimizer& optimizer,
                                   const Tensor& crops) {
  const PatchGrid grid = network.grid();
  std::vector<std::int32_t> people(batch);
  for (Index i = 0; i < batch; ++i)
    people[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(i % (batch / 2));
  const std::vector<std::uint8_t> every(static_cast<std::size_t>(batch * grid.patches()), 1);
  const Tensor labels =
      Tensor::from(device, {batch, grid.rows, grid.columns}, std::span<const std::uint8_t>(every));
  return [&network, &optimizer, crops, people, labels] {
    const LossOptions weights;
    Tape tape;
    Random noise(1), choice(2);
    const NetworkOutput out =
        network(tape.input(crops), {PatchSelection::By::labels, labels}, Mode::train, noise);
    LossInputs inputs;
    inputs.people = people, inputs.labels = labels, inputs.train_gate = true;
    const LossReport report = total_loss(out, inputs, weights, EmOptions{}.reach, choice);
    clear_gradients(network.parameters());
    tape.backward(report.total);
    clip_gradients(network.parameters(), TrainingOptions{}.clip);
    optimizer.step(1e-3);
    network.device().synchronise();
  };
}

using MakeStep = std::function<void()> (*)(Device&, Network&, Optimizer&, const Tensor&);

void measure_training(const Settings& settings, Device& device, const std::string& name,
                      const NetworkOptions& options, Optimizer::Kind kind, MakeStep make_step, int threads) {
  if (!wanted(settings, name)) return;
  device.use_threads(threads);
  Network network(device, options, 1);
  Optimizer::Options rule;
  rule.kind = kind;
  Optimizer optimizer(network.parameters(), rule);
  const auto step = make_step(device, network, optimizer, random_crops(device, options, batch));
  print_figure(name, 1e3 * median_seconds(step, settings.seconds), "ms");
}

void measure_inference(const Settings& settings, Device& device, Index pictures, int threads) {
  const std::string name = fmt::format("infer_b{}_{}t", pictures, threads);
  if (!wanted(settings, name)) return;
  device.use_threads(threads);
  Network network(device, rows_network(), 1);
  const Tensor crops = random_crops(device, rows_network(), pictures);
  const auto run = [&] {
    network.infer(crops, PatchSelection::By::everything);
    device.synchronise();
  };
  print_figure(name, 1e3 * median_seconds(run, settings.seconds), "ms");
}

}  // namespace

void measure_network(const Settings& settings, Device& device) {
  for (const int threads : {2, 1}) {
    measure_training(settings, device, fmt::format("train_step_b{}_{}t", batch, threads), rows_network(),
                     Optimizer::Kind::adam, rows_step, threads);
    measure_training(settings, device, fmt::format("train_step_default_b{}_{}t", batch, threads),
                     NetworkOptions{}, Optimizer::Kind::adamw, default_step, threads);
    for (const Index pictures : {1, 32, 96}) measure_inference(settings, device, pictures, threads);
  }
}

}  // namespace triptych::bench
