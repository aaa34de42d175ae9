#include "datasets/content.h"

#include <bit>
#include <span>

#include "datasets/image_source.h"
#include "datasets/parallel.h"
#include "engine/file.h"

namespace triptych {
namespace {

Sha256 rendered_from(const SyntheticOptions& o, std::uint64_t seed) {
  Sha256 hash;
  hash.add("synthetic").add(seed).add(std::uint64_t(o.height)).add(std::uint64_t(o.width));
  for (const float knob :
       {o.viewpoint, o.pose, o.illumination, o.cast, o.clutter, o.occlusion, o.misalignment, o.blur, o.noise})
    hash.add(std::uint64_t(std::bit_cast<std::uint32_t>(knob)));
  // Later settings, left out where they are off: the digests of older sets remain valid.
  if (o.appearance != 1)
    hash.add("appearance").add(std::uint64_t(std::bit_cast<std::uint32_t>(o.appearance)));
  if (o.frames > 0) hash.add("frames").add(std::uint64_t(o.frames));
  return hash;
}

void add_content(const Dataset& dataset, const Sample& sample, Sha256& hash) {
  if (!dataset.synthetic) {
    hash.add(read_file(sample.file));
    return;
  }
  hash.add(std::uint64_t(sample.identity)).add(std::uint64_t(sample.camera));
  if (sample.frame >= 0) hash.add(std::uint64_t(sample.frame));
}

}  // namespace

std::vector<Sha256::Digest> content_digests(const Dataset& dataset, std::uint64_t seed, int threads) {
  std::vector<Sha256::Digest> digests(dataset.samples.size());
  const Sha256 scene = dataset.synthetic ? rendered_from(dataset.synthetic_options, seed) : Sha256();
  require_no_failures(try_in_parallel(static_cast<Index>(digests.size()), threads, [&](Index i) {
    const auto at = static_cast<std::size_t>(i);
    Sha256 hash = scene;
    const std::span<const Sample> frames =
        dataset.frames.empty() ? std::span(&dataset.samples[at], 1) : std::span(dataset.frames[at]);
    for (const Sample& sample : frames) add_content(dataset, sample, hash);
    digests[at] = hash.digest();
  }));
  return digests;
}

std::string digest_of_images(const Dataset& dataset, std::uint64_t seed,
                             const std::vector<Sha256::Digest>& contents) {
  Sha256 hash;
  for (const Sha256::Digest& digest : contents) hash.add(digest.data(), digest.size());
  if (dataset.synthetic)
    for (const Index sample : {Index(0), static_cast<Index>(dataset.samples.size()) - 1}) {
      const Image image = load_image(dataset, sample, seed);
      hash.add(image.pixels.data(), image.pixels.size());
    }
  return hash.hex();
}

std::string digest_of_labels(const Dataset& dataset) {
  Sha256 hash;
  for (const Sample& sample : dataset.samples)
    hash.add(std::uint64_t(sample.identity))
        .add(std::uint64_t(sample.camera))
        .add(std::uint64_t(sample.part));
  return hash.hex();
}

}  // namespace triptych
