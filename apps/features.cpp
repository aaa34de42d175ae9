#include <CLI/CLI.hpp>
#include <memory>

#include "apps/commands.h"
#include "apps/image_list.h"
#include "apps/options.h"
#include "apps/progress.h"
#include "reid/features/feature.h"

namespace triptych {
namespace {

struct FeaturesRequest {
  std::string feature = "lomo", out;
  DataChoice data;
  DeviceChoice device;
};

std::string names() {
  std::string text;
  for (const Feature& feature : features()) text += (text.empty() ? "" : ", ") + feature.name;
  return text;
}

void features_command(const FeaturesRequest& request) {
  const Feature& feature = find_feature(request.feature);
  require_array_name(request.out);
  const Device device = open_device(request.device);
  Printer printer;
  const Watcher watcher = printer.watcher();
  const ExperimentData data =
      open_data(request.data, feature_height, feature_width, device.context().threads, watcher);
  const RowsOutput out(request.out, data.dataset);
  const FeatureMatrix rows =
      extract(feature, data.images, device.context().threads,
              [&](Index done, Index total) { watcher.progress(feature.name, done, total); });
  printer.clear();
  out.write(rows.size, std::vector<Real>(rows.values.begin(), rows.values.end()));
  fmt::print("{} images, {} values each ({}) in {}, their images in {}\n", rows.count, rows.size,
             feature.description, request.out, out.list().string());
}

}  // namespace

void add_features(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "features", "write a hand-crafted feature of all images of a data set, unscaled, for other programs");
  const auto request = std::make_shared<FeaturesRequest>();
  command->add_option("--feature", request->feature, "one of " + names())->capture_default_str();
  add_rows_options(*command, request->data, request->out, "values");
  add_device_options(*command, request->device);
  command->footer("Example:\n  triptych features --feature lomo --data synthetic:50 --out lomo.npy");
  command->callback([request, command] {
    require_images(*command);
    features_command(*request);
  });
}

}  // namespace triptych
