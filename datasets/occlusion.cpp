#include "datasets/occlusion.h"

#include <cmath>
#include <memory>

#include "engine/checksum.h"
#include "engine/error.h"

namespace triptych {
namespace {

constexpr std::uint64_t occluder_stream = 0x0CC1;  // of the data seed

// Where the occluder of an image comes from.
struct Hidden {
  Index donor = -1;  // -1: the image is not occluded
  Paste paste;
};

Hidden draw_hidden(const Dataset& dataset, Index sample, std::span<const Index> donors,
                   const ImageSource& images, double share, std::uint64_t seed) {
  Random random = Random(seed).split(occluder_stream).split(static_cast<std::uint64_t>(sample));
  Hidden hidden;
  hidden.paste = draw_paste(random, images.height(), images.width(), share);
  const auto count = static_cast<Index>(donors.size()), start = random.integer(count);
  const Sample& own = dataset.samples[static_cast<std::size_t>(sample)];
  for (Index step = 0; step < 2 * count && hidden.donor < 0; ++step) {
    const Index donor = donors[static_cast<std::size_t>((start + step) % count)];
    const Sample& other = dataset.samples[static_cast<std::size_t>(donor)];
    const bool another = donor != sample && (other.identity != own.identity || own.identity == distractor);
    if (another && (other.camera == own.camera || step >= count)) hidden.donor = donor;
  }
  require(hidden.donor >= 0, "{} has no image of another identity to occlude image {} with", dataset.root,
          sample + 1);
  return hidden;
}

}  // namespace

Paste draw_paste(Random& random, Index height, Index width, double share) {
  const double tall = std::exp(random.uniform(std::log(share), 0)), wide = share / tall;
  Paste paste;
  Rectangle& r = paste.where;
  r.height = std::clamp<Index>(std::llround(tall * static_cast<double>(height)), 1, height);
  r.width = std::clamp<Index>(std::llround(wide * static_cast<double>(width)), 1, width);
  r.top = random.integer(height - r.height + 1), r.left = random.integer(width - r.width + 1);
  paste.street = random.chance(0.5), paste.right = random.chance(0.5);
  paste.top = random.integer(height - r.height + 1);
  return paste;
}

std::vector<Index> occluder_donors(const Dataset& dataset, std::span<const Index> tested) {
  std::vector<bool> is_tested(static_cast<std::size_t>(dataset.identities), false);
  for (const Index identity : tested) is_tested[static_cast<std::size_t>(identity)] = true;
  std::vector<Index> others, all;
  for (std::size_t i = 0; i < dataset.samples.size(); ++i) {
    const Index identity = dataset.samples[i].identity;
    all.push_back(static_cast<Index>(i));
    if (identity == distractor || !is_tested[static_cast<std::size_t>(identity)])
      others.push_back(static_cast<Index>(i));
  }
  return others.empty() ? all : others;
}

ImageSource occluded(const ImageSource& images, const Dataset& dataset, std::span<const Index> samples,
                     std::span<const Index> donors, double share, std::uint64_t seed) {
  require(!donors.empty(), "{} has no images to make occluders of", dataset.root);
  require(!images.has_sequences(),
          "--occlude pastes over single images, and {} was read as sequences; leave out "
          "--occlude, or --temporal",
          dataset.root);
  const auto hidden = std::make_shared<std::vector<Hidden>>(static_cast<std::size_t>(images.count()));
  std::vector<Rectangle> rectangles(hidden->size());
  for (const Index sample : samples) {
    Hidden& one = (*hidden)[static_cast<std::size_t>(sample)];
    one = draw_hidden(dataset, sample, donors, images, share, seed);
    rectangles[static_cast<std::size_t>(sample)] = one.paste.where;
  }
  // Nothing is cached here: the whole images are, where they come from.
  ImageSource result(
      images.count(), images.height(), images.width(),
      [images, hidden](Index i) -> ImageSource::Original {
        const Hidden& one = (*hidden)[static_cast<std::size_t>(i)];
        if (one.donor < 0) return {images.image(i), images.hash(i)};
        Image image = images.copy(i);
        const auto donor = images.image(one.donor);
        paste_over(one.paste, donor->pixels.data(), image.pixels.data(), image.height, image.width);
        const std::uint64_t hash = checksum(image.pixels.data(), image.pixels.size());
        return {std::make_shared<const Image>(std::move(image)), hash};
      },
      0);
  if (images.knows_cameras()) {
    std::vector<int> cameras;
    for (Index i = 0; i < images.count(); ++i) cameras.push_back(images.camera(i));
    result.set_cameras(std::move(cameras));
  }
  result.set_occluders(std::move(rectangles));
  return result;
}

}  // namespace triptych
