#include "datasets/save_synthetic.h"

#include "datasets/image_source.h"
#include "datasets/parallel.h"
#include "datasets/splits.h"
#include "engine/error.h"

namespace triptych {

namespace {

// Of a still image as in PRID-450S, of a frame as in iLIDS-VID.
std::filesystem::path place_of(const Sample& sample) {
  const Index person = sample.identity + 1;
  if (sample.frame < 0)
    return fmt::format("{}/img_{:04}.png", sample.camera == 0 ? "cam_a" : "cam_b", person);
  const int camera = sample.camera + 1;
  return fmt::format("sequences/cam{0}/person{1:03}/cam{0}_person{1:03}_{2:05}.png", camera, person,
                     sample.frame + 1);
}

}  // namespace

void save_synthetic(const Dataset& dataset, std::uint64_t seed, int threads,
                    const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  require(dataset.synthetic, "--out saves synthetic people; {} is a folder of images already", dataset.root);
  std::error_code error;
  for (const char* camera : {"cam_a", "cam_b", "sequences"})
    require(!fs::exists(folder / camera, error) || fs::is_empty(folder / camera, error),
            "{} holds images already; give --out another folder, or remove it", (folder / camera).string());
  require_no_failures(try_in_parallel(static_cast<Index>(dataset.samples.size()), threads, [&](Index i) {
    write_png(folder / place_of(dataset.samples[static_cast<std::size_t>(i)]), load_image(dataset, i, seed));
  }));
  write_splits(folder / "partition_10trials.json", dataset.identities, seed, 10);
}

}  // namespace triptych
