#include "datasets/image_source.h"

#include <algorithm>
#include <utility>

#include "engine/checksum.h"
#include "engine/error.h"

namespace triptych {
namespace {

std::uint64_t content_hash(const Image& image) {
  const Index size[] = {image.height, image.width};
  const std::uint64_t hash = checksum(image.pixels.data(), image.pixels.size(), checksum(size, sizeof size));
  return hash == 0 ? 1 : hash;  // 0 stands for "not known yet"
}

ImageSource::Original original_of(Image image) {
  const std::uint64_t hash = content_hash(image);
  return {std::make_shared<const Image>(std::move(image)), hash};
}

ImageSource::Decode from_memory(std::vector<Image> images) {
  std::vector<ImageSource::Original> originals;
  for (Image& image : images) originals.push_back(original_of(std::move(image)));
  return [originals = std::move(originals)](Index i) { return originals[static_cast<std::size_t>(i)]; };
}

}  // namespace

ImageSource::ImageSource(Index count, Index height, Index width, Decode decode, std::size_t cache_bytes)
    : count_(count), height_(height), width_(width) {
  constexpr std::size_t small_set = std::size_t(256) << 20;  // bytes
  const auto bytes = static_cast<std::size_t>(count * height * width * 3);
  shared_.reset(new Shared{std::move(decode), ImageCache(count, cache_bytes),
                           std::vector<std::atomic<std::uint64_t>>(static_cast<std::size_t>(count)),
                           bytes <= small_set});
}

ImageSource::ImageSource(Index height, Index width, std::vector<Image> images)
    : ImageSource(static_cast<Index>(images.size()), height, width, from_memory(images), 0) {}

std::shared_ptr<const Image> ImageSource::fit(std::shared_ptr<const Image> image) const {
  if (image->height == height_ && image->width == width_) return image;
  return std::make_shared<const Image>(resize(*image, height_, width_));
}

std::shared_ptr<const Image> ImageSource::image(Index i) const {
  if (auto kept = shared_->cache.find(i)) return fit(std::move(kept));
  const Original original = shared_->decode(i);
  shared_->hashes[static_cast<std::size_t>(i)] = original.hash;
  const auto resized = fit(original.image);
  const bool own_size_is_smaller = original.image->pixels.size() < resized->pixels.size();
  shared_->cache.keep(i, own_size_is_smaller && !shared_->keep_resized ? original.image : resized);
  return resized;
}

std::uint64_t ImageSource::hash(Index i) const {
  const std::atomic<std::uint64_t>& known = shared_->hashes[static_cast<std::size_t>(i)];
  if (known == 0) image(i);
  return known;
}

std::vector<Failure> ImageSource::try_all(int threads, const OnProgress& progress) const {
  return try_in_parallel(
      count_, threads, [&](Index i) { image(i); }, progress);
}

std::size_t ImageSource::cached_bytes() const {
  return shared_->cache.bytes();
}

void ImageSource::set_cameras(std::vector<int> cameras) {
  require(cameras.empty() || cameras.size() == static_cast<std::size_t>(count_),
          "{} cameras are not those of {} images", cameras.size(), count_);
  cameras_ = std::move(cameras);
}

Image load_image(const Dataset& dataset, Index sample, std::uint64_t seed) {
  const Sample& s = dataset.samples[static_cast<std::size_t>(sample)];
  return dataset.synthetic ? render_person(dataset.synthetic_options, seed, s.identity, s.camera)
                           : read_image(s.file);
}

ImageSource images_on_demand(const Dataset& dataset, const ImageSettings& settings) {
  const auto set = std::make_shared<const Dataset>(dataset);
  ImageSource images(
      static_cast<Index>(dataset.samples.size()), settings.height, settings.width,
      [set, seed = settings.seed](Index i) { return original_of(load_image(*set, i, seed)); },
      settings.cache_bytes);
  std::vector<int> cameras;
  for (const Sample& sample : dataset.samples) cameras.push_back(sample.camera);
  images.set_cameras(std::move(cameras));
  return images;
}

ImageSource open_images(const Dataset& dataset, const ImageSettings& settings, const OnProgress& progress) {
  ImageSource images = images_on_demand(dataset, settings);
  require_no_failures(images.try_all(settings.threads, progress));
  return images;
}

ImageSource images_of_files(const std::vector<std::filesystem::path>& files, const ImageSettings& settings) {
  return ImageSource(
      static_cast<Index>(files.size()), settings.height, settings.width,
      [files](Index i) { return original_of(read_image(files[static_cast<std::size_t>(i)])); },
      settings.cache_bytes);
}

std::uint64_t fingerprint(const Dataset& dataset, const ImageSource& images) {
  std::vector<std::uint64_t> words = {static_cast<std::uint64_t>(images.height()),
                                      static_cast<std::uint64_t>(images.width())};
  for (std::size_t i = 0; i < dataset.samples.size(); ++i) {
    const Sample& s = dataset.samples[i];
    for (const Index word : {s.identity, Index(s.camera), static_cast<Index>(s.part)})
      words.push_back(static_cast<std::uint64_t>(word));
    words.push_back(images.hash(static_cast<Index>(i)));
  }
  return checksum(words.data(), words.size() * sizeof words[0]);
}

}  // namespace triptych
