#include <CLI/CLI.hpp>
#include <memory>

#include "apps/commands.h"
#include "apps/training.h"

namespace triptych {

void add_train(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("train", "train a network, with the EM loop over patches, and test it");
  const auto request = std::make_shared<TrainRequest>();
  add_train_options(*command, *request);
  command->footer(
      "Example:\n"
      "  triptych train --data synthetic:200 --epochs 40 --out runs/first\n"
      "  triptych train --data PRID450S --splits PRID450S/partition_10trials.json --split 1-10 --out "
      "runs/prid\n"
      "Ctrl-C saves; the same command with --resume goes on.");
  command->callback([command, request] {
    read_files(*command, *request);
    train(*request);
  });
}

}  // namespace triptych
