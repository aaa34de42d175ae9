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

void ImageSource::join(std::span<const Index> lengths) {
  std::vector<Index> starts = {0};
  for (const Index length : lengths) {
    require(length >= 1, "a sequence has 1 frame at least, not {}", length);
    starts.push_back(starts.back() + length);
  }
  require(starts.back() == count_ && starts_.empty(), "sequences of {} frames are not those of {} images",
          starts.back(), count_);
  starts_ = std::move(starts);
  cameras_.clear(), occluders_.clear();
}

Index ImageSource::length(Index i) const {
  const auto at = static_cast<std::size_t>(i);
  return starts_.empty() ? 1 : starts_[at + 1] - starts_[at];
}

ImageSource ImageSource::frames() const {
  ImageSource all = *this;
  if (starts_.empty()) return all;
  all.starts_.clear(), all.cameras_.clear(), all.occluders_.clear();
  for (Index i = 0; i < count() && knows_cameras(); ++i)
    all.cameras_.insert(all.cameras_.end(), static_cast<std::size_t>(length(i)), camera(i));
  return all;
}

std::shared_ptr<const Image> ImageSource::image(Index i) const {
  return stored(first_frame(i) + length(i) / 2);
}

std::shared_ptr<const Image> ImageSource::stored(Index i) const {
  if (auto kept = shared_->cache.find(i)) return fit(std::move(kept));
  const Original original = shared_->decode(i);
  shared_->hashes[static_cast<std::size_t>(i)] = original.hash;
  const auto resized = fit(original.image);
  const bool own_size_is_smaller = original.image->pixels.size() < resized->pixels.size();
  shared_->cache.keep(i, own_size_is_smaller && !shared_->keep_resized ? original.image : resized);
  return resized;
}

std::uint64_t ImageSource::hash_of(Index frame) const {
  const std::atomic<std::uint64_t>& known = shared_->hashes[static_cast<std::size_t>(frame)];
  if (known == 0) stored(frame);
  return known;
}

std::uint64_t ImageSource::hash(Index i) const {
  if (starts_.empty()) return hash_of(i);
  std::vector<std::uint64_t> hashes;
  for (Index k = 0; k < length(i); ++k) hashes.push_back(hash_of(first_frame(i) + k));
  return checksum(hashes.data(), hashes.size() * sizeof hashes[0]);
}

std::vector<Failure> ImageSource::try_all(int threads, const OnProgress& progress) const {
  return try_in_parallel(
      count_, threads, [&](Index i) { stored(i); }, progress);
}

std::size_t ImageSource::cached_bytes() const {
  return shared_->cache.bytes();
}

void ImageSource::set_cameras(std::vector<int> cameras) {
  require(cameras.empty() || cameras.size() == static_cast<std::size_t>(count()),
          "{} cameras are not those of {} images", cameras.size(), count());
  cameras_ = std::move(cameras);
}

void ImageSource::set_occluders(std::vector<Rectangle> occluders) {
  require(occluders.empty() || occluders.size() == static_cast<std::size_t>(count()),
          "{} occluders are not those of {} images", occluders.size(), count());
  occluders_ = std::move(occluders);
}

Image load_image(const Dataset& dataset, Index sample, std::uint64_t seed) {
  return load_image(dataset, dataset.samples[static_cast<std::size_t>(sample)], seed);
}

Image load_image(const Dataset& dataset, const Sample& s, std::uint64_t seed) {
  return dataset.synthetic ? render_person(dataset.synthetic_options, seed, s.identity, s.camera, 0,
                                           std::max<Index>(s.frame, 0))
                           : read_image(s.file);
}

ImageSource images_on_demand(const Dataset& dataset, const ImageSettings& settings) {
  const auto set = std::make_shared<Dataset>(dataset);
  std::vector<Index> lengths;
  if (!dataset.frames.empty()) set->samples.clear();
  for (const std::vector<Sample>& track : dataset.frames) {
    lengths.push_back(static_cast<Index>(track.size()));
    set->samples.insert(set->samples.end(), track.begin(), track.end());
  }
  ImageSource images(
      static_cast<Index>(set->samples.size()), settings.height, settings.width,
      [set, seed = settings.seed](Index i) { return original_of(load_image(*set, i, seed)); },
      settings.cache_bytes);
  if (!lengths.empty()) images.join(lengths);
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
