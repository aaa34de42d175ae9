#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "datasets/sequences.h"
#include "engine/ops.h"
#include "reid/evaluation/embed.h"
#include "reid/temporal/temporal_tier.h"
#include "reid/training/trainer.h"
#include "tests/reid/helpers.h"

using namespace triptych;
using namespace triptych::test;

namespace {

constexpr const char* device_name = "cpu";

constexpr Temporal kinds[] = {Temporal::mean, Temporal::max, Temporal::rnn, Temporal::attention};

double largest_difference(const std::vector<Real>& a, const std::vector<Real>& b) {
  double largest = a.size() == b.size() ? 0 : INFINITY;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    largest = std::max(largest, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
  return largest;
}

Options walking_options(Temporal temporal) {
  Options options = tiny_options();
  options.network.temporal = temporal;
  options.network.hidden = 8;  // four heads
  options.training.sequence_length = 3;
  return options;
}

struct Walkers {
  Dataset dataset = join_sequences(open_dataset("synthetic:8", 4));
  ImageSource images = open_images(dataset, {52, 24});
  TrainingData data() const { return {dataset, images, {0, 1, 2, 3, 4, 5}, {6, 7}}; }
};
const Walkers& walkers() {
  static const Walkers only;
  return only;
}

}  // namespace

TEST_CASE("a sequence's embedding is that of its frames, in whichever group they pass the network") {
  Device device = Device::open(device_name);
  const Walkers& w = walkers();
  const std::vector<Index> samples = {0, 5, 9};
  for (const Temporal kind : kinds) {
    const Model model = make_model(device, walking_options(kind), {});
    const EmbeddedImages together = embed(model, w.images, samples, PatchSelection::By::everything);
    REQUIRE(together.count == 3);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      std::vector<Index> own;
      for (Index k = 0; k < 4; ++k) own.push_back(w.images.first_frame(samples[i]) + k);
      const Tensor pooled = model.network->pool_frames(network_input(model, w.images.frames(), own, {}),
                                                       PatchSelection::By::everything);
      const std::vector<Real> alone = model.network->infer_sequence(pooled).embedding.value.values();
      const std::span<const Real> row = together.row(static_cast<Index>(i));
      CHECK(largest_difference({row.begin(), row.end()}, alone) < 1e-6);
    }
  }
  // A single frame of the mean is the image in the middle.
  Options one = walking_options(Temporal::mean);
  one.testing.frames = 1;
  const Model of_frames = make_model(device, one, {});
  one = tiny_options(), one.network.hidden = 8;
  const Model of_images = make_model(device, one, {});
  const std::vector<Real> a = embed(of_frames, w.images, samples, PatchSelection::By::everything).embedding,
                          b = embed(of_images, w.images, samples, PatchSelection::By::everything).embedding;
  CHECK(largest_difference(a, b) < 0.2);
  CHECK(a != embed(make_model(device, walking_options(Temporal::mean), {}), w.images, samples,
                   PatchSelection::By::everything)
                 .embedding);
}

TEST_CASE("training on sequences, with E steps, ends in the same bits for any number of threads") {
  for (const Temporal kind : {Temporal::rnn, Temporal::attention}) {
    std::vector<std::vector<Real>> first;
    for (const int threads : {1, 3}) {
      Device device = Device::open(device_name);
      device.use_threads(threads);
      Options options = walking_options(kind);
      options.training.identities = 3, options.training.epochs = 3;
      Trainer trainer(device, options, walkers().data());
      std::vector<std::vector<Real>> before, after;
      for (const auto& [name, parameter] : trainer.model().network->parameters())
        before.push_back(parameter->value.values());
      CHECK(trainer.run({}));
      for (const auto& [name, parameter] : trainer.model().network->parameters())
        after.push_back(parameter->value.values());
      CHECK(before != after);
      CHECK(before.back() != after.back());  // of the temporal tier
      if (threads == 1)
        first = after;
      else
        CHECK(after == first);
      device.use_threads(1);
    }
  }
}

TEST_CASE("neck: losses compare before the batch norm, searches after it") {
  Device device = Device::open(device_name);
  Options options = tiny_options();
  options.network.neck = Neck::bn, options.loss.identity_weight = 0.5, options.training.epochs = 2;
  Network network(device, options.network, 3), without(device, tiny_options().network, 3);
  Random random(1), noise(2);
  const Tensor images = random_tensor(device, {4, 48, 20, 3}, random);
  const NetworkOutput trained = network(Variable(images), {}, Mode::train, noise),
                      plain = without(Variable(images), {}, Mode::train, noise);
  CHECK(trained.embedding.value.values() == plain.embedding.value.values());
  // Batch statistics: mean 0 in every dimension.
  const std::vector<Real> neck = trained.neck.value.values();
  const auto size = static_cast<std::size_t>(network.embedding_size());
  for (std::size_t k = 0; k < size; ++k) {
    double sum = 0;
    for (std::size_t i = 0; i < 4; ++i) sum += static_cast<double>(neck[i * size + k]);
    CHECK(std::abs(sum) < 1e-3);
  }
  const NetworkOutput used = network.infer(images, PatchSelection::By::everything);
  CHECK(largest_difference(used.embedding.value.values(), l2_normalise(used.neck).value.values()) < 1e-6);
  CHECK(largest_difference(used.embedding.value.values(), l2_normalise(used.pooled).value.values()) > 1e-3);
  for (const auto& [name, parameter] : network.parameters()) CHECK(name != "neck.beta");

  static const Dataset dataset = open_dataset("synthetic:6");
  static const ImageSource stills = open_images(dataset, {52, 24});
  Trainer trainer(device, options, {dataset, stills, {0, 1, 2, 3}, {}});
  CHECK(trainer.run({}));
  for (const auto& [name, parameter] : trainer.model().network->parameters())
    if (name == "neck.gamma")
      CHECK(parameter->value.values() != std::vector<Real>(parameter->value.values().size(), Real(1)));
}
