#include "datasets/save_synthetic.h"

#include "datasets/image_source.h"
#include "datasets/parallel.h"
#include "datasets/splits.h"
#include "engine/error.h"

namespace triptych {

void save_synthetic(const Dataset& dataset, std::uint64_t seed, int threads,
                    const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  require(dataset.synthetic, "--out saves synthetic people; {} is a folder of images already", dataset.root);
  std::error_code error;
  for (const char* camera : {"cam_a", "cam_b"})
    require(!fs::exists(folder / camera, error) || fs::is_empty(folder / camera, error),
            "{} holds images already; give --out another folder, or remove it", (folder / camera).string());
  require_no_failures(try_in_parallel(static_cast<Index>(dataset.samples.size()), threads, [&](Index i) {
    const Sample& s = dataset.samples[static_cast<std::size_t>(i)];
    write_png(folder / (s.camera == 0 ? "cam_a" : "cam_b") / fmt::format("img_{:04}.png", s.identity + 1),
              load_image(dataset, i, seed));
  }));
  write_splits(folder / "partition_10trials.json", dataset.identities, seed, 10);
}

}  // namespace triptych
