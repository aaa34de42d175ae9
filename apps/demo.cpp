#include <CLI/CLI.hpp>
#include <memory>

#include "apps/commands.h"
#include "apps/interrupt.h"
#include "apps/ranking.h"
#include "apps/training.h"
#include "datasets/save_synthetic.h"
#include "engine/error.h"
#include "engine/file.h"
#include "reid/experiment/run_folder.h"

// The demo is `train` with the options below and `rank` on one of the people that training never saw: nothing
// is done here that the other commands could not do.
namespace triptych {
namespace {

// What is trained, and on whom.
TrainRequest training_of_demo() {
  TrainRequest request;
  request.data.data = "synthetic:240";
  request.baselines = true;
  NetworkOptions& network = request.options.network;
  network.image_height = 128, network.image_width = 64;
  network.crop_height = 120, network.crop_width = 56;
  TrainingOptions& training = request.options.training;
  training.epochs = 70, training.identities = 32, training.validation = 16;
  request.options.em.rounds = 4;
  return request;
}
constexpr const char* same_training =
    "triptych train --data synthetic:240 --image-height 128 --image-width 64 --crop-height 120 "
    "--crop-width 56 --epochs 70 --people 32 --validation 16 --em-rounds 4 --baselines";

struct DemoRequest {
  std::string out = "runs/demo";
  DeviceChoice device;
};

bool same_job(const std::filesystem::path& file, const TrainRequest& request) {
  const JobRecord record = job_record_from_json(read_file(file), file.string());
  return to_json(record.data) == to_json(request.data) &&
         first_difference(record.options, request.options).empty();
}

// A demo that was interrupted goes on; a finished one (or one of another training) is kept under the next
// free number.
bool goes_on(const std::filesystem::path& out, const TrainRequest& request) {
  if (!holds_run(out)) return false;
  if (!std::filesystem::exists(out / run_files::results) && std::filesystem::exists(out / run_files::job) &&
      same_job(out / run_files::job, request))
    return true;
  std::filesystem::path aside;
  for (int number = 1; aside.empty() || std::filesystem::exists(aside); ++number)
    aside = fmt::format("{}.{}", out.string(), number);
  std::filesystem::rename(out, aside);
  fmt::print("the run that was in {} is now in {}\n", out.string(), aside.string());
  return false;
}

// Looks for one person of the test half, seen by camera B, among everybody seen by camera A.
void rank_somebody(const TrainRequest& trained, const std::filesystem::path& out, const Device& device) {
  const Dataset dataset = open_dataset(trained.data);
  const std::filesystem::path identities = out / "people";
  if (!std::filesystem::exists(identities / "cam_a"))
    save_synthetic(dataset, trained.data.data_seed, device.context().threads, identities);
  const Index identity = chosen_splits(trained.data, dataset).front().identities.test.front();
  RankRequest request;
  request.model = (out / run_files::model).string();
  request.query = (identities / "cam_b" / fmt::format("img_{:04}.png", identity + 1)).string();
  request.gallery = (identities / "cam_a").string();
  request.out = (out / "sheet.png").string();
  fmt::print("looking for {} in {}:\n", request.query, request.gallery);
  rank(request, device);
}

std::filesystem::path train_or_pause(const TrainRequest& request) {
  try {
    return train(request);
  } catch (const Interrupted&) {
    throw Interrupted(
        fmt::format("stopped; all is saved in {}, and the same command goes on from there", request.out));
  }
}

void run_demo(const DemoRequest& demo) {
  TrainRequest request = training_of_demo();
  request.device = demo.device;
  request.out = demo.out;
  request.resume = goes_on(demo.out, request);
  fmt::print("this is: {} --out {}\n", same_training, demo.out);

  const std::filesystem::path out = train_or_pause(request);
  rank_somebody(request, out, open_device(demo.device, nullptr));
  fmt::print(
      "\n"
      "What there is to see in {0}:\n"
      "  report.html           the run from the inside: open it in a browser\n"
      "  ranks.png             people the network never saw, beside their nearest: the best cases and the "
      "worst\n"
      "  sheet.png             one of them, looked for among all\n"
      "  maps/                 what each E step scores and keeps (triptych patches measures the maps)\n"
      "  people/               the images themselves\n"
      "  results.json          the table above, and where it comes from\n"
      "  model.safetensors     the network\n"
      "Where to go next:\n"
      "  triptych train --data synthetic:400 --out runs/more         more people, the full network\n"
      "  triptych train --data FOLDER --out runs/mine                your own images: triptych data "
      "--help\n"
      "  triptych rank --model {0}/model.safetensors --query IMAGE --gallery FOLDER --out mine.png\n"
      "  apps/README.md                                              the course\n",
      out.string());
}

}  // namespace

void add_demo(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("demo", "train on synthetic people, test on others, and show it: a few minutes");
  const auto request = std::make_shared<DemoRequest>();
  command
      ->add_option("--out", request->out,
                   "where everything goes; an older demo there is kept under another name")
      ->capture_default_str();
  add_device_options(*command, request->device);
  command->footer("Example:\n  triptych demo --out runs/demo");
  command->callback([request] { run_demo(*request); });
}

}  // namespace triptych
