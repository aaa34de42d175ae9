#include <CLI/CLI.hpp>
#include <memory>

#include "apps/commands.h"
#include "apps/options.h"
#include "engine/error.h"
#include "engine/file.h"
#include "reid/export/onnx.h"

namespace triptych {
namespace {

struct ExportRequest {
  std::string model, onnx;
  DeviceChoice device;
};

void export_command(const ExportRequest& request) {
  const std::vector<std::filesystem::path> inputs = {request.model};
  require_output(request.onnx, "--onnx", inputs);
  const Model model = load_model(request.model, open_device(request.device, stderr));
  const std::string file = onnx_model(model);
  require_replaceable(request.onnx, file_kind(file));
  write_file(request.onnx, file);
  const NetworkOptions& network = model.options.network;
  fmt::print(
      "{}: {:.1f} MB, ONNX opset 17; images uint8 [batch, {}, {}, 3]{} -> embedding float32 [batch, {}]\n",
      request.onnx, static_cast<double>(file.size()) / 1e6, network.image_height, network.image_width,
      takes_cameras(model) ? ", cameras int64 [batch] (from 1; 0: unknown)" : "",
      model.network->embedding_size());
}

}  // namespace

void add_export(CLI::App& app) {
  CLI::App* command = app.add_subcommand("export", "write a model for other programs, as an ONNX file");
  const auto request = std::make_shared<ExportRequest>();
  command->add_option("--model", request->model, "model.safetensors of a run")->required();
  command->add_option("--onnx", request->onnx, "the file to write")->required();
  add_device_options(*command, request->device);
  command->footer("Example:\n  triptych export --model runs/first/model.safetensors --onnx first.onnx");
  command->callback([request] { export_command(*request); });
}

}  // namespace triptych
