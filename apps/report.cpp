#include "reid/experiment/report.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "apps/commands.h"
#include "apps/options.h"
#include "apps/progress.h"
#include "engine/error.h"

namespace triptych {
namespace {

struct ReportRequest {
  std::string folder, data;
  DeviceChoice device;
};

void report_command(const ReportRequest& request) {
  Printer printer;
  const std::filesystem::path page =
      write_report(request.folder, open_device(request.device), request.data, printer.watcher());
  printer.clear();
  fmt::print("in {}: {:.1f} MB, to be opened in a browser\n", page.string(),
             static_cast<double>(std::filesystem::file_size(page)) / 1e6);
}

}  // namespace

void add_report(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("report", "show a run from the inside: one HTML page that needs nothing else");
  const auto request = std::make_shared<ReportRequest>();
  command->add_option("folder", request->folder, "the --out folder of a run, or of a table")->required();
  command->add_option("--data", request->data, "where the run's images are now [where they were]");
  add_device_options(*command, request->device);
  command->footer("Example:\n  triptych report runs/demo");
  command->callback([request] { report_command(*request); });
}

}  // namespace triptych
