// A training by several ranks, here threads of this program, ends in the bits of one on the device cpu, and
// close to one on others.
#include "engine/ranks.h"

#include <doctest/doctest.h>

#include <mutex>
#include <numeric>

#include "engine/error.h"
#include "reid/evaluation/embed.h"
#include "reid/training/trainer.h"
#include "tests/reid/helpers.h"

using namespace triptych;
using namespace triptych::test;

namespace {

struct SharedWorld {
  Dataset dataset = open_dataset("synthetic:14");
  ImageSource images = open_images(dataset, {52, 24});
  TrainingData data() const { return {dataset, images, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {10, 11}}; }
};
const SharedWorld& ranks_world() {
  static const SharedWorld only;
  return only;
}

using Weights = std::vector<std::vector<Real>>;
Weights weights_of(Trainer& trainer) {
  Weights all;
  for (const auto& [name, parameter] : trainer.model().network->parameters())
    all.push_back(parameter->value.values());
  return all;
}

std::shared_ptr<Communicator> shared(Communicator& ranks) {
  return {&ranks, [](Communicator*) {}};
}

Device rank_device(Communicator& ranks, const char* name = "cpu") {
  Device device = Device::open(name);
  device.use_threads(1 + static_cast<int>(ranks.rank()) % 2);  // never changes a result
  join(device, shared(ranks));
  return device;
}

Weights alone(const Options& options) {
  Trainer trainer(Device::open("cpu"), options, ranks_world().data());
  CHECK(trainer.run({}));
  return weights_of(trainer);
}

// Checks every rank's weights.
void check_ranks(const Options& options, const std::vector<Index>& numbers) {
  const Weights expected = alone(options);
  for (const Index count : numbers) {
    CAPTURE(count);
    std::vector<Weights> found(static_cast<std::size_t>(count));
    run_as_ranks(count, [&](Communicator& ranks) {
      Trainer trainer(rank_device(ranks), options, ranks_world().data());
      trainer.run({});
      found[static_cast<std::size_t>(ranks.rank())] = weights_of(trainer);
    });
    for (const Weights& weights : found) CHECK(weights == expected);
  }
}

}  // namespace

TEST_CASE("ranks: a training with EM rounds ends in the same bits for any number of them") {
  Options options = tiny_options();
  options.training.identities = 5;  // 10 images, which 3 and 4 do not divide
  options.network.dropout = 0.1, options.augmentation.exchange = 0.5;
  check_ranks(options, {1, 2, 3, 4, 11});
}

TEST_CASE("ranks: so do other networks") {
  Options options = tiny_options();
  options.training.epochs = 2, options.em.rounds = 1;
  SUBCASE("filters wide enough for Winograd's algorithm") {
    options.network.channels = {16, 16}, options.network.crop_width = 24;
  }
  SUBCASE("convolutions with a bias and a relu") {
    options.network.batch_norm = false;
  }
  SUBCASE("convolutions with a bias and a tanh") {
    options.network.batch_norm = false, options.network.activation = Activation::tanh;
    options.network.channels = {16, 16};
  }
  SUBCASE("rows for patches, and a classifier of identities") {
    options.network.patches = Patches::rows, options.loss.identity_weight = 0.1;
  }
  SUBCASE("a gate that reads the map, labels by the batch, and people who hide each other") {
    options.network.gate = GateKind::context, options.em.step = EStep::batch;
    options.augmentation.occlude = 0.5, options.em.warp = true;
    options.training.epochs = 4, options.em.rounds = 2;
  }
  SUBCASE("sequences of frames") {
    options.network.temporal = Temporal::rnn, options.training.sequence_length = 3;
  }
  SUBCASE("pseudo labels, whose batches change in size") {
    options.training.labels = Labels::pseudo, options.training.identities = 10;
    options.training.epochs = 6, options.em.rounds = 3;
  }
  check_ranks(options, {2, 3});
}

// The other devices' kernels add up a batch themselves, and the sums of the ranks are added behind them: each
// rank ends in the same bits, and one rank in others, of which the first steps show how close they are.
TEST_CASE("ranks: on other devices losses and gradients are those of one rank") {
  Options options = tiny_options();
  options.training.identities = 5;
  options.training.epochs = 2, options.em.rounds = 1, options.network.dropout = 0.1;
  SUBCASE("batch norms, whose statistics are those of all ranks") {}
  SUBCASE("convolutions with a bias, a classifier of identities and a neck") {
    options.network.batch_norm = false, options.loss.identity_weight = 0.1;
    options.network.neck = Neck::bn;
  }
  SUBCASE("a gate that reads the map") {
    options.network.gate = GateKind::context, options.loss.gate_weight = 1;
  }
  SUBCASE("sequences of frames") {
    options.network.temporal = Temporal::mean, options.training.sequence_length = 2;
  }
  struct Found {
    std::vector<double> losses, norms;
    Weights weights;
  };
  const auto train = [&](const Device& device, const TrainingData& data) {
    Found found;
    Trainer trainer(device, options, data);
    TrainingObserver observer;
    observer.on_step = [&](const StepRecord& step) {
      found.losses.push_back(step.loss), found.norms.push_back(step.gradient_norm);
    };
    trainer.run(observer);
    found.weights = weights_of(trainer);
    return found;
  };
  const TrainingData data = ranks_world().data();
  const Found expected = train(Device::open("reference"), data);
  for (const Index count : {2, 3}) {
    CAPTURE(count);
    std::vector<Found> found(static_cast<std::size_t>(count));
    run_as_ranks(count, [&](Communicator& ranks) {
      found[static_cast<std::size_t>(ranks.rank())] = train(rank_device(ranks, "reference"), data);
    });
    for (const Found& one : found) {
      CHECK(one.losses == found[0].losses);
      CHECK(one.weights == found[0].weights);
    }
    REQUIRE(found[0].losses.size() == expected.losses.size());
    for (std::size_t i = 0; i < expected.losses.size(); ++i) {
      CHECK(found[0].losses[i] == doctest::Approx(expected.losses[i]).epsilon(1e-3));
      CHECK(found[0].norms[i] == doctest::Approx(expected.norms[i]).epsilon(1e-3));
    }
  }
}

TEST_CASE("ranks: each computes its own images and a few beyond, and receives what the plan says") {
  Options options = tiny_options();
  options.training.epochs = 2, options.em.rounds = 1;
  run_as_ranks(2, [&](Communicator& ranks) {
    Trainer trainer(rank_device(ranks), options, ranks_world().data());
    trainer.run({});
    const BatchSplit* split = trainer.split();
    REQUIRE(split);
    REQUIRE(split->planned());
    CHECK(split->images() == 8);
    CHECK(split->first() == 4 * ranks.rank());
    CHECK(split->last() >= 4 * (ranks.rank() + 1));
    if (ranks.rank() == 1) CHECK(split->last() == 8);
    CHECK(split->most_images(1) == 8);
    CHECK(split->most_images(2) == (ranks.rank() == 0 ? split->last() : split->most_images(2)));
    // Together the two receive: all statistics and feature maps once, each from the other.
    const double steps = static_cast<double>(trainer.steps_done() - 1);
    const auto& received = ranks.received();
    double both[2] = {received[0], received[2]};
    const Index mine = ranks.rank() * 16, sizes[3] = {0, 16, 32};
    std::vector<double> all(4);
    std::copy_n(both, 2, all.data() + mine / 8);
    ranks.all_gather(Traffic::control, all.data(), sizes);
    CHECK(all[0] + all[2] == steps * split->bytes().statistics);
    CHECK(all[1] + all[3] == steps * split->bytes().features);
  });
}

TEST_CASE("ranks: embeddings of several groups are the same bits, and every rank has all") {
  std::vector<Index> samples(ranks_world().dataset.samples.size());
  std::iota(samples.begin(), samples.end(), Index(0));
  while (samples.size() < 100) samples.insert(samples.end(), samples.begin(), samples.begin() + 20);
  const auto embedded = [&](const Device& device) {
    const Model model = make_model(device, tiny_options(), {});
    return embed(model, ranks_world().images, samples, PatchSelection::By::everything, Keep::patches);
  };
  const EmbeddedImages expected = embedded(Device::open("cpu"));
  for (const Index count : {2, 3, 7})
    run_as_ranks(count, [&](Communicator& ranks) {
      const EmbeddedImages found = embedded(rank_device(ranks));
      CHECK(found.embedding == expected.embedding);
      CHECK(found.patches == expected.patches);
      CHECK(found.gate == expected.gate);
    });
}

TEST_CASE("ranks: what they cannot share is an Error") {
  run_as_ranks(2, [&](Communicator& ranks) {
    CHECK_THROWS_WITH_AS(Trainer(rank_device(ranks), tiny_options(), ranks_world().data(), true),
                         doctest::Contains("--anomalies"), Error);
    const Device device = rank_device(ranks, "reference");
    CHECK_THROWS_WITH_AS(ImageSplit(device, {}, 1), doctest::Contains("1 images cannot be shared by 2 ranks"),
                         Error);
  });
}
