#include "reid/training/trainer.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <functional>
#include <limits>
#include <numeric>

#include "engine/error.h"
#include "tests/reid/helpers.h"
#include "tests/unique_path.h"

using namespace triptych;
using namespace triptych::test;

namespace {

#ifdef TRIPTYCH_DOUBLE
constexpr const char* device_name = "reference";
#else
constexpr const char* device_name = "cpu";
#endif

struct World {
  Dataset dataset = open_dataset("synthetic:12");
  ImageSource images = open_images(dataset, {52, 24});
  TrainingData data() const { return {dataset, images, {0, 1, 2, 3, 4, 5, 6, 7}, {8, 9}}; }
};
const World& world() {
  static const World only;
  return only;
}

std::vector<std::vector<Real>> weights(Trainer& trainer) {
  std::vector<std::vector<Real>> all;
  for (const auto& [name, parameter] : trainer.model().network->parameters())
    all.push_back(parameter->value.values());
  return all;
}

struct TemporaryFile {
  std::filesystem::path path;
  explicit TemporaryFile(const char* name) : path(triptych::testing::unique_path(name)) {}
  ~TemporaryFile() { std::filesystem::remove(path); }
};

}  // namespace

TEST_CASE("the weights after a training with EM rounds are the same bits for any number of threads") {
  std::vector<std::vector<Real>> first;
  for (const int threads : {1, 2, 3}) {
    Device device = Device::open(device_name);
    device.use_threads(threads);
    Options options = tiny_options();
    options.loss.identity_weight = 0.1, options.network.dropout = 0.1;
    Trainer trainer(device, options, world().data());
    CHECK(trainer.run({}));
    if (threads == 1)
      first = weights(trainer);
    else
      CHECK(weights(trainer) == first);
    device.use_threads(1);
  }
}

TEST_CASE("a training that was stopped and resumed ends in the same bits as one that was not") {
  Device device = Device::open(device_name);
  Options options = tiny_options();
  options.loss.identity_weight = 0.1, options.network.dropout = 0.1, options.loss.mining = Mining::random;
  Trainer whole(device, options, world().data());
  CHECK(whole.run({}));

  const TemporaryFile checkpoint("trainer.safetensors");
  for (const Index stop_after : {1, 5, 8}) {  // inside the first M step; at an E step's door; behind it
    CAPTURE(stop_after);
    std::atomic<bool> stop = false;
    TrainingObserver observer;
    observer.stop = &stop;
    observer.on_step = [&](const StepRecord& record) { stop = record.step + 1 == stop_after; };
    Trainer interrupted(device, options, world().data());
    CHECK_FALSE(interrupted.run(observer));
    CHECK(interrupted.steps_done() == stop_after);
    interrupted.save(checkpoint.path);

    Trainer resumed(device, options, world().data());
    resumed.resume(checkpoint.path);
    CHECK(resumed.steps_done() == stop_after);
    CHECK(resumed.run({}));
    CHECK(weights(resumed) == weights(whole));
    CHECK(resumed.labels().v == whole.labels().v);
  }
}

TEST_CASE("training tells about every step, every E step and every validation") {
  Device device = Device::open(device_name);
  Options options = tiny_options();
  options.training.validate_every = 2;
  Trainer trainer(device, options, world().data());
  std::vector<StepRecord> steps;
  std::vector<EmRecord> rounds;
  int validations = 0, checkpoints = 0;
  TrainingObserver observer;
  observer.on_step = [&](const StepRecord& r) { steps.push_back(r); };
  observer.on_em = [&](const EmRecord& r, const PatchLabels& labels) {
    rounds.push_back(r);
    CHECK(labels.v.size() == 16 * static_cast<std::size_t>(labels.grid.patches()));
  };
  observer.on_validation = [&](const ValidationRecord&) { ++validations; };
  observer.on_checkpoint = [&] { ++checkpoints; };
  CHECK(trainer.run(observer));
  REQUIRE(static_cast<Index>(steps.size()) == trainer.total_steps());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    CHECK(steps[i].step == static_cast<Index>(i));
    CHECK(steps[i].embedding_norm > 0);
    CHECK(steps[i].gradient_norm > 0);
    CHECK(steps[i].mean_negative > 0);
  }
  REQUIRE(rounds.size() == 2);  // three M steps
  CHECK(rounds[0].epoch == 2);
  CHECK(rounds[1].epoch == 4);
  CHECK(rounds[0].kept >= 0.75);  // 1 - P1
  CHECK(rounds[0].rank1.has_value());
  CHECK(trainer.model().selection == PatchSelection::By::gate);
  CHECK(validations == 3);
  CHECK(checkpoints == 2);  // after epochs 5 and 6
}

TEST_CASE("a network learns people by heart when their images do not change") {
  Device device = Device::open(device_name);
  Options options = tiny_options();
  options.network.channels = {8, 8}, options.network.hidden = 16;
  options.training.epochs = 60, options.training.rate = 5e-3, options.training.identities = 8;
  options.em.rounds = 1;
  options.augmentation.random_crop = false;
  for (double* amount : {&options.augmentation.flip, &options.augmentation.scale, &options.augmentation.shift,
                         &options.augmentation.rotation, &options.augmentation.channel_gain,
                         &options.augmentation.channel_offset, &options.augmentation.brightness,
                         &options.augmentation.contrast, &options.augmentation.erase})
    *amount = 0;
  Trainer trainer(device, options, world().data());
  double first = 0, last = 0;
  TrainingObserver observer;
  observer.on_step = [&](const StepRecord& record) {
    if (record.step == 0) first = record.loss;
    last = record.loss;
  };
  CHECK(trainer.run(observer));
  CHECK(last < 0.25 * first);
  const Protocol known = camera_protocol(world().dataset, world().data().train, 0, 1);
  CHECK(evaluate_model(trainer.model(), world().dataset, world().images, known, false).result.at_rank(1) ==
        100);
}

TEST_CASE("a resume with other options, other people or another file says what differs") {
  Device device = Device::open(device_name);
  const TemporaryFile checkpoint("resume.safetensors");
  Trainer(device, tiny_options(), world().data()).save(checkpoint.path);
  Options other = tiny_options();
  other.loss.margin = 0.7;
  Trainer with_margin(device, other, world().data());
  CHECK_THROWS_WITH_AS(with_margin.resume(checkpoint.path), doctest::Contains("margin (was 0.3, is 0.7)"),
                       Error);
  TrainingData identities = world().data();
  identities.train = {0, 1, 2, 3, 4, 5, 6, 11};
  Trainer with_identities(device, tiny_options(), identities);
  CHECK_THROWS_WITH_AS(with_identities.resume(checkpoint.path), doctest::Contains("other people"), Error);
  save_model(checkpoint.path, with_identities.model());
  CHECK_THROWS_WITH_AS(with_identities.resume(checkpoint.path), doctest::Contains("not a checkpoint"), Error);
}

TEST_CASE("a checkpoint whose contents cannot be is refused, and the trainer stays as it was") {
  Device device = Device::open(device_name);
  const TemporaryFile checkpoint("triptych_damaged_checkpoint_test.safetensors");
  Options options = tiny_options();
  options.training.labels = Labels::pseudo;
  Trainer trainer(device, options, world().data());
  trainer.save(checkpoint.path);
  const TensorFile good = load_tensors(checkpoint.path, device);
  const std::vector<std::vector<Real>> before = weights(trainer);
  const auto refused = [&](const char* reason, const std::function<void(TensorFile&)>& damage) {
    TensorFile file = good;
    damage(file);
    save_tensors(checkpoint.path, file);
    CAPTURE(reason);
    CHECK_THROWS_WITH_AS(trainer.resume(checkpoint.path), doctest::Contains(reason), Error);
    CHECK_THROWS_WITH_AS(trainer.resume(checkpoint.path), doctest::Contains("triptych_damaged_checkpoint"),
                         Error);
    CHECK(weights(trainer) == before);
    CHECK(trainer.steps_done() == 0);
  };
  for (const char* key : {"position", "round", "collapsed", "optimizer_steps", "settled"})
    for (const char* wrong : {"-1", "99999999999999999999", "1e3", "", "nan"})
      refused(key, [&](TensorFile& file) { file.metadata[key] = wrong; });
  refused("selection", [](TensorFile& file) { file.metadata["selection"] = "x"; });
  const auto numbers = [&](const char* name, const Shape& shape, std::vector<std::int32_t> values) {
    return [&device, name, shape, values](TensorFile& file) {
      file.tensors[name] = Tensor::from(device, shape, std::span<const std::int32_t>(values));
    };
  };
  refused("holds 2000000000, which is no training image", numbers("pairs", {2, 2}, {0, 1, 2, 2000000000}));
  refused("holds -1", numbers("pairs", {2, 2}, {0, 1, 2, -1}));
  refused("stands there twice", numbers("pairs", {2, 2}, {0, 1, 0, 2}));
  refused("'pairs' has shape [3]", numbers("pairs", {3}, {0, 1, 2}));
  refused("'em.labels' holds numbers of type I32", numbers("em.labels", {1}, {1}));
  refused("'epoch.same' has shape [1]", numbers("epoch.same", {1}, {1}));
  for (const auto& [name, tensor] : good.tensors)
    if (name.ends_with(".second"))
      refused("below 0", [&, &key = name, &moment = tensor](TensorFile& file) {
        file.tensors[key] = Tensor::filled(device, moment.shape(), -1);
      });
  save_tensors(checkpoint.path, good);
  trainer.resume(checkpoint.path);
}

TEST_CASE("a training that diverges stops with a sentence") {
  Device device = Device::open(device_name);
  Trainer trainer(device, tiny_options(), world().data());
  for (const auto& [name, parameter] : trainer.model().network->parameters())
    if (name == "tier2.projection.weight") parameter->value.fill(std::numeric_limits<Real>::infinity());
  CHECK_THROWS_WITH_AS(trainer.run({}), doctest::Contains("--rate"), Error);
}

TEST_CASE("a collapse is told in words, once") {
  Device device = Device::open(device_name);
  Options options = tiny_options();
  options.training.epochs = 30, options.training.rate = 0;  // nothing is learned ...
  Trainer trainer(device, options, world().data());
  for (const auto& [name, parameter] :
       trainer.model().network->parameters())  // ... and every patch says the same
    if (name == "tier2.projection.weight" || name.ends_with("recurrent.weight"))
      parameter->value.fill(0);
    else if (name.starts_with("tier2") && parameter->trainable)
      parameter->value.fill(Real(0.5));
  int warnings = 0;
  TrainingObserver observer;
  observer.on_warning = [&](const std::string& words) {
    ++warnings;
    CHECK(words.find("collapsed") != std::string::npos);
  };
  CHECK(trainer.run(observer));
  CHECK(warnings == 1);
}

TEST_CASE("nobody can be learned from a single person") {
  Device device = Device::open(device_name);
  TrainingData lonely = world().data();
  lonely.train = {3};
  CHECK_THROWS_WITH_AS(Trainer(device, tiny_options(), lonely), doctest::Contains("at least 2"), Error);
}

TEST_CASE("every form of the E step trains, and a resumed training ends in the same bits") {
  Device device = Device::open(device_name);
  std::vector<Options> forms(6, tiny_options());
  for (Options& options : forms) options.augmentation.occlude = 1;
  forms[0].em.step = EStep::batch, forms[0].em.threshold = EThreshold::prior, forms[0].em.soft = true;
  forms[1].em.step = EStep::batch, forms[1].em.threshold = EThreshold::camera,
  forms[1].em.score = EScore::projected;
  forms[2].em.threshold = EThreshold::mixture, forms[2].em.soft = forms[2].em.warp = true;
  forms[3].em.labels = ELabels::occluders, forms[3].em.rounds = 1;
  forms[4].em.candidates = ECandidates::all, forms[4].em.score = EScore::projected;
  forms[5].em.step = EStep::batch, forms[5].em.pool = EPool::gate, forms[5].network.gate = GateKind::context;
  for (std::size_t form = 0; form < forms.size(); ++form) {
    CAPTURE(form);
    Options& options = forms[form];
    options.network.unit_strips = options.network.visible = true;
    Trainer whole(device, options, world().data());
    CHECK(whole.run({}));
    CHECK(whole.model().selection == PatchSelection::By::gate);

    const TemporaryFile checkpoint("form.safetensors");
    std::atomic<bool> stop = false;
    TrainingObserver observer;
    observer.stop = &stop;
    Trainer first(device, options, world().data());
    observer.on_step = [&](const StepRecord& record) { stop = record.step == 8; };  // after the last E step
    CHECK(!first.run(observer));
    first.save(checkpoint.path);
    Trainer second(device, options, world().data());
    second.resume(checkpoint.path);
    CHECK(second.run({}));
    CHECK(weights(second) == weights(whole));
  }
}

TEST_CASE("true masks as labels: V follows the occluders, and the gate learns from the first step on") {
  Device device = Device::open(device_name);
  Options options = tiny_options();
  options.em.labels = ELabels::occluders, options.em.rounds = 1;
  options.augmentation.occlude = 1;
  Trainer trainer(device, options, world().data());
  TrainingObserver observer;
  bool gate = false;
  observer.on_step = [&](const StepRecord& record) {
    for (const auto& [name, value] : record.parts) gate = gate || (record.step == 0 && name == "gate");
  };
  CHECK(trainer.run(observer));
  CHECK(gate);
}
