#include <CLI/CLI.hpp>
#include <memory>

#include "apps/commands.h"
#include "apps/ranking.h"
#include "apps/ranks.h"

namespace triptych {

void add_rank(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("rank", "find the person of an image in a folder of images or in an index");
  const auto request = std::make_shared<RankRequest>();
  command->add_option("--model", request->model, "model.safetensors of a run [an index: its own]");
  command->add_option("--query", request->query, "the image of the person to look for, or a folder of them")
      ->required();
  command
      ->add_option("--gallery", request->gallery,
                   "a folder of images to look in, or what 'triptych index' has made of one")
      ->required();
  command->add_option("--query-camera", request->query_camera,
                      "which of the training data's cameras took the query: 1, 2, ... (0: none of them)");
  command->add_option("--gallery-camera", request->gallery_camera,
                      "... and the images of the gallery, if it is a folder");
  command->add_option("--top", request->top, "how many to show")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command
      ->add_option("--approximate", request->probes,
                   "of an index: look with FAISS into so many of its lists alone, and say how much is missed")
      ->check(CLI::Range(1, 1 << 20));
  command->add_option("--threshold", request->threshold,
                      "auto, or a distance: say that a person whose nearest image is further is not in the "
                      "gallery; auto: FAR 1%, as 'evaluate --save-thresholds' has chosen it");
  command->add_option("--out", request->out, "a PNG that shows the query beside its nearest images");
  command->add_option("--json", request->json, "write what was found to this file");
  command->add_option("--csv", request->csv, "... as a table: query, rank, distance, file, person, camera");
  add_device_options(*command, request->device);
  command->footer(
      "Example:\n"
      "  triptych data synthetic:100 --out people\n"
      "  triptych rank --model runs/demo/model.safetensors --query people/cam_b/img_0007.png \\\n"
      "      --gallery people/cam_a --out sheet.png\n"
      "  triptych index --model runs/demo/model.safetensors --out people.index people/cam_a\n"
      "  triptych rank --gallery people.index --query people/cam_b --top 5 --csv found.csv");
  command->callback([request] {
    const std::shared_ptr<Communicator> ranks = join_ranks("Nothing was written; start it again");
    const Device device = open_device(request->device);
    share_device(device, ranks);
    rank(*request, device);
  });
}

}  // namespace triptych
