#include <doctest/doctest.h>
#include <unistd.h>

#include "engine/error.h"
#include "reid/experiment/evaluate.h"
#include "reid/experiment/leak.h"
#include "reid/experiment/rows.h"
#include "reid/experiment/run.h"
#include "tests/reid/helpers.h"

using namespace triptych;

namespace {

namespace fs = std::filesystem;

struct Folder {
  fs::path path = fs::temp_directory_path() / ("triptych_experiment_" + std::to_string(::getpid()));
  Folder() { fs::remove_all(path); }
  ~Folder() { fs::remove_all(path); }
};

Options two_epochs() {
  Options options = test::tiny_options();
  options.training.epochs = 2, options.em.rounds = 1;
  return options;
}

DataChoice sixteen_people(std::uint64_t seed = 1) {
  DataChoice choice;
  choice.data = "synthetic:16", choice.data_seed = seed;
  return choice;
}

std::vector<NumberedSplit> both_splits(const Dataset& dataset) {
  DataChoice choice = sixteen_people();
  choice.split = "1-2";
  return chosen_splits(choice, dataset);
}

}  // namespace

TEST_CASE("experiment: open, split, train and evaluate are calls; the model carries its key and its images") {
  Device device = Device::open("cpu");
  const DataChoice choice = sixteen_people();
  const ExperimentData data = open_data(choice, two_epochs().network, 1);
  const std::vector<NumberedSplit> splits = both_splits(data.dataset);
  const Job job = make_job(device, data, choice, two_epochs(), splits[0]);
  const Model model = train(job);
  CHECK(model.key == key_of(inputs_of(network_inputs(job))));
  CHECK(model.trained_on.size() == 16);  // two images of each of eight
  CHECK(mean_of_draws(evaluate(model, data, job.test)).forward.cmc[0] >= 0);

  CHECK_NOTHROW(require_unknown(model, data, splits[0].identities.test, "m"));
  CHECK(known_identities(model, data, splits[0].identities.train).size() == 8);
  CHECK_THROWS_WITH_AS(require_unknown(model, data, splits[1].identities.test, "m"),
                       doctest::Contains("m was trained on"), Error);

  // The same images under other labels and in another order are still known.
  ExperimentData turned = data;
  for (Sample& sample : turned.dataset.samples) sample.identity = 15 - sample.identity;
  CHECK(known_identities(model, turned, splits[0].identities.train) !=
        known_identities(model, data, splits[0].identities.train));
}

TEST_CASE("experiment: a model that training starts from hands on whom it knows") {
  Device device = Device::open("cpu");
  const Folder folder;
  const DataChoice choice = sixteen_people();
  const ExperimentData data = open_data(choice, two_epochs().network, 1);
  const std::vector<NumberedSplit> splits = both_splits(data.dataset);
  const Model first = train(make_job(device, data, choice, two_epochs(), splits[0]));
  save_model(folder.path / "first.safetensors", first);
  CHECK(load_model(folder.path / "first.safetensors", device).trained_on == first.trained_on);

  Options second = two_epochs();
  second.training.start = (folder.path / "first.safetensors").string();
  CHECK_THROWS_WITH_AS(train(make_job(device, data, choice, second, splits[1])),
                       doctest::Contains("people to be tested"), Error);
  const ExperimentData others = open_data(sixteen_people(2), second.network, 1);
  const Model model = train(make_job(device, others, sixteen_people(2), second, splits[1]));
  CHECK(model.trained_on.size() == 32);  // its own and those of the first
}

TEST_CASE("experiment: a folder goes on with the training that began there and with no other") {
  Device device = Device::open("cpu");
  const Folder folder;
  RunJob job{device, sixteen_people(), two_epochs(), folder.path, false, {}};
  const std::vector<SplitResult> results = run(job);
  REQUIRE(results.size() == 1);
  CHECK(results[0].key == key_of(results[0].inputs));
  CHECK(results[0].draws.size() == 1);
  fs::remove(folder.path / run_files::results);
  CHECK(run(job)[0].draws[0].result.right_ranks == results[0].draws[0].result.right_ranks);

  fs::remove(folder.path / run_files::results);
  RunJob other = job;
  ++other.options.training.epochs;
  CHECK_THROWS_WITH_AS(run(other), doctest::Contains("epochs (was 2, is 3)"), Error);
  other = job;
  other.choice.data_seed = 2;
  CHECK_THROWS_WITH_AS(run(other), doctest::Contains("another input, images (was"), Error);
}

TEST_CASE("experiment: a choice of people or splits that would have no effect is an error") {
  Device device = Device::open("cpu");
  const DataChoice choice = sixteen_people();
  const ExperimentData data = open_data(choice, two_epochs().network, 1);
  const Model model = make_model(device, two_epochs(), {});
  const Folder folder;
  save_model(folder.path / "m.safetensors", model);
  EvaluationJob job{device, model, (folder.path / "m.safetensors").string(), data, choice, TestedPeople::all};
  CHECK(evaluate_splits(job).splits.size() == 1);
  job.choice.split = "2";
  CHECK_THROWS_WITH_AS(evaluate_splits(job), doctest::Contains("--people all"), Error);
}

TEST_CASE("rows: found under an equal key alone, others stay beside them") {
  const Folder folder;
  const Rows rows(folder.path);
  Row row;
  row.inputs = {{"images", "a"}}, row.key = key_of(row.inputs);
  row.outcome.slug = "kissme", row.outcome.chosen = "7 directions";
  row.outcome.draws.push_back({result_of_ranks({{1}, {3, 4}, {}}, 5, 4), std::nullopt});
  row.outcome.draws[0].reverse = result_of_ranks({{2}}, 3, 3);
  rows.keep(row);
  const auto found = rows.find("kissme", row.inputs);
  REQUIRE(found);
  CHECK(found->outcome.draws[0].result.right_ranks == row.outcome.draws[0].result.right_ranks);
  CHECK(found->outcome.draws[0].result.map == row.outcome.draws[0].result.map);
  CHECK(found->outcome.draws[0].reverse->right_ranks == std::vector<std::vector<std::int32_t>>{{2}});
  CHECK(found->outcome.chosen == "7 directions");
  CHECK(!rows.find("kissme", {{"images", "b"}}));
  CHECK(!rows.find("eiml", row.inputs));

  Row other = row;
  other.inputs = {{"images", "b"}}, other.key = key_of(other.inputs);
  rows.keep(other);
  CHECK(rows.find("kissme", row.inputs));
  CHECK(!row_from_json(to_json(row).substr(0, 100)));
  std::string forged = to_json(row);
  forged.replace(forged.find("\"a\""), 3, "\"b\"");
  CHECK(!row_from_json(forged));
}
