#include <CLI/CLI.hpp>
#include <memory>

#include "apps/commands.h"
#include "apps/experiment.h"
#include "apps/interrupt.h"
#include "apps/ranking.h"
#include "apps/run_folder.h"
#include "apps/training.h"
#include "datasets/save_synthetic.h"
#include "engine/error.h"
#include "engine/file.h"

// The demo is `train` with the options below and `rank` on one of the people that training never saw: nothing
// is done here that the other commands could not do.
namespace triptych {
namespace {

const std::vector<std::string> recipe = {"--data",         "synthetic:240",
                                         "--image-height", "128",
                                         "--image-width",  "64",
                                         "--crop-height",  "120",
                                         "--crop-width",   "56",
                                         "--epochs",       "70",
                                         "--people",       "32",
                                         "--validation",   "16",
                                         "--em-rounds",    "4"};

struct DemoRequest {
  std::string out = "runs/demo";
  DeviceChoice device;
};

// A demo that was interrupted goes on; a finished one (or one of another recipe) is kept under the next free
// number.
bool goes_on(const std::filesystem::path& out, const std::string& config) {
  if (!holds_run(out)) return false;
  if (!std::filesystem::exists(out / run_files::results) &&
      std::filesystem::exists(out / run_files::config) && read_file(out / run_files::config) == config)
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
  const Dataset dataset = open_dataset(trained.data.data);
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

std::filesystem::path train_or_pause(CLI::App& command, TrainRequest& request) {
  try {
    return train(command, request);
  } catch (const Interrupted&) {
    throw Interrupted(
        fmt::format("stopped; all is saved in {}, and the same command goes on from there", request.out));
  }
}

void run_demo(const DemoRequest& demo) {
  TrainRequest request;
  request.device = demo.device;
  request.out = demo.out;
  CLI::App command("", "train");
  add_train_options(command, request);
  std::vector<std::string> arguments(recipe.rbegin(), recipe.rend());  // CLI11 takes them last to first
  command.parse(arguments);
  request.resume = goes_on(demo.out, config_text(command));
  fmt::print("this is: triptych train {} --out {}\n", fmt::join(recipe, " "), demo.out);

  const std::filesystem::path out = train_or_pause(command, request);
  rank_somebody(request, out, open_device(demo.device, nullptr));
  fmt::print(
      "\nWhat there is to see in {0}:\n"
      "  report.html           the run from the inside: open it in a browser\n"
      "  ranks.png             people the network never saw, beside their nearest: the best cases and the "
      "worst\n"
      "  sheet.png             one of them, looked for among all\n"
      "  maps/                 which patches the EM loop holds for telling, round by round\n"
      "  people/               the images themselves\n"
      "  results.json          the table above, and where it comes from\n"
      "  model.safetensors     the network\n"
      "Where to go next:\n"
      "  triptych train --data synthetic:400 --out runs/more         more people, the full network\n"
      "  triptych train --data FOLDER --out runs/mine                your own images: triptych data "
      "--help\n"
      "  triptych rank --model {0}/model.safetensors --query IMAGE --gallery FOLDER --out mine.png\n"
      "  apps/README.md                                              the course, in seven lessons\n",
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
