#include "reid/experiment/verify.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "apps/commands.h"
#include "apps/options.h"
#include "apps/progress.h"

namespace triptych {
namespace {

struct VerifyCommand {
  std::string path;
  VerifyRequest request;
  DeviceChoice device;
};

void verify_command(VerifyCommand& command) {
  command.request.path = command.path;
  Device device = open_device(command.device, stderr);
  Printer printer;
  const std::string said = verify(command.request, device, printer.watcher());
  printer.clear();
  fmt::print("{}: verified: {}\n", command.path, said);
}

}  // namespace

void add_verify(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "verify", "does a stored result still hold? keys and figures once more, from its inputs and ranks");
  const auto asked = std::make_shared<VerifyCommand>();
  command->add_option("path", asked->path, "the --out folder of a run or of a table, or a table1.json")
      ->required();
  command
      ->add_option("--again", asked->request.again,
                   "also compute so many rows of a table from the images once more")
      ->check(CLI::Range(1, 100000));
  command->add_option("--data", asked->request.data, "where the table's images are now [where they were]");
  add_device_options(*command, asked->device);
  command->footer(
      "Example:\n"
      "  triptych verify runs/first\n"
      "  triptych verify apps/recipes/table1.json --again 3 --data PRID450S\n"
      "Exits with 1 at the first difference.");
  command->callback([asked] { verify_command(*asked); });
}

}  // namespace triptych
