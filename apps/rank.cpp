#include <CLI/CLI.hpp>
#include <memory>

#include "apps/commands.h"
#include "apps/ranking.h"

namespace triptych {

void add_rank(CLI::App& app) {
  CLI::App* command = app.add_subcommand("rank", "find the person of one image in a folder of images");
  const auto request = std::make_shared<RankRequest>();
  command->add_option("--model", request->model, "model.safetensors of a run")->required();
  command->add_option("--query", request->query, "the image of the person to look for")->required();
  command->add_option("--gallery", request->gallery, "a folder of images to look in")->required();
  command->add_option("--query-camera", request->query_camera,
                      "which of the training data's cameras took the query: 1, 2, ... (0: none of them)");
  command->add_option("--gallery-camera", request->gallery_camera, "... and the images of the gallery");
  command->add_option("--top", request->top, "how many to show")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--out", request->out, "the PNG that shows the query beside its nearest images")
      ->required();
  add_device_options(*command, request->device);
  command->footer(
      "Example:\n"
      "  triptych data synthetic:100 --out people\n"
      "  triptych rank --model runs/demo/model.safetensors --query people/cam_b/img_0007.png \\\n"
      "      --gallery people/cam_a --out sheet.png");
  command->callback([request] { rank(*request, open_device(request->device)); });
}

}  // namespace triptych
