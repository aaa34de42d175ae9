#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "datasets/dataset.h"
#include "datasets/image.h"
#include "datasets/image_cache.h"
#include "datasets/parallel.h"
#include "datasets/rectangle.h"

namespace triptych {

// The images of a set at one size, [height, width, 3] bytes each. Images are decoded (or rendered) when they
// are first used and kept in a cache of bounded size, so memory grows with the cache and not with the set.
// The pixels do not depend on the size of the cache, on the number of threads or on the order of use.
//
// A source is a handle: copies share the cache. All const functions may be called by several threads at once.
class ImageSource {
 public:
  // An image at its own size, and a hash of its pixels and size.
  struct Original {
    std::shared_ptr<const Image> image;
    std::uint64_t hash = 0;
  };
  // Makes the i-th original; called by several threads at once. What cannot be read is an Error.
  using Decode = std::function<Original(Index i)>;

  ImageSource() : ImageSource(0, 0, 0, {}, 0) {}  // no images
  // `count` images, decoded on demand and resized to height x width; cache_bytes: of pixels, see ImageCache.
  // A set that takes more than 256 MiB at height x width keeps images at their own size where that is
  // smaller and resizes at every use: Market-1501's 32,217 images of 128 x 64 take 0.8 GB in place of 2.1.
  ImageSource(Index count, Index height, Index width, Decode decode, std::size_t cache_bytes);
  // Images that are in memory, of any size.
  ImageSource(Index height, Index width, std::vector<Image> images);

  Index count() const { return starts_.empty() ? count_ : static_cast<Index>(starts_.size()) - 1; }
  Index height() const { return height_; }
  Index width() const { return width_; }

  // Joins the images, in their order, to sequences of so many frames each: from now on an index is that of a
  // sequence, whose image() is its frame in the middle.
  void join(std::span<const Index> lengths);
  bool has_sequences() const { return !starts_.empty(); }
  // How many frames the i-th sequence has (a single image: 1), and where they begin in frames().
  Index length(Index i) const;
  Index first_frame(Index i) const { return starts_.empty() ? i : starts_[static_cast<std::size_t>(i)]; }
  // The frames of all sequences, each an image by itself; the cache is shared.
  ImageSource frames() const;

  // The i-th image at height() x width().
  std::shared_ptr<const Image> image(Index i) const;
  Image copy(Index i) const { return *image(i); }
  // Of the i-th image's pixels at its own size: equal for equal content, whatever the file's name, format
  // and place are. Decodes an image that was not used so far. Of a sequence: of all its frames, in order.
  std::uint64_t hash(Index i) const;
  // Decodes every image on `threads` threads: afterwards all hashes are known, every image is known to be
  // readable, and the cache holds what fits. Returns the images that cannot be read, in their order.
  std::vector<Failure> try_all(int threads, const OnProgress& progress = {}) const;
  std::size_t cached_bytes() const;

  // Which camera took the i-th image; -1: unknown.
  int camera(Index i) const { return cameras_.empty() ? -1 : cameras_[static_cast<std::size_t>(i)]; }
  bool knows_cameras() const { return !cameras_.empty(); }
  void set_cameras(std::vector<int> cameras);  // [count], or none: all unknown

  // What was pasted over the i-th image (datasets/occlusion.h), in pixels of image(i); empty: nothing.
  Rectangle occluder(Index i) const {
    return occluders_.empty() ? Rectangle() : occluders_[static_cast<std::size_t>(i)];
  }
  void set_occluders(std::vector<Rectangle> occluders);  // [count], or none

 private:
  struct Shared {
    Decode decode;
    ImageCache cache;
    std::vector<std::atomic<std::uint64_t>> hashes;  // [count]; 0: not known yet
    bool keep_resized;
  };
  std::shared_ptr<const Image> fit(std::shared_ptr<const Image> image) const;
  std::shared_ptr<const Image> stored(Index frame) const;
  std::uint64_t hash_of(Index frame) const;

  Index count_, height_, width_;  // count_: of images
  std::vector<Index> starts_;     // [sequences + 1]: the first frame of each; empty: no sequences
  std::vector<int> cameras_;
  std::vector<Rectangle> occluders_;
  std::shared_ptr<Shared> shared_;
};

// One sample of a data set at its own size: read from its file, or rendered from `seed`.
Image load_image(const Dataset& dataset, const Sample& sample, std::uint64_t seed);
Image load_image(const Dataset& dataset, Index sample, std::uint64_t seed);  // of a sequence: the middle

// What opening the images of a data set takes besides the data set itself.
struct ImageSettings {
  Index height = 0, width = 0;  // images are resized to this
  std::uint64_t seed = 1;       // of synthetic people
  std::size_t cache_bytes = std::size_t(1) << 30;
  int threads = 1;  // never changes a result
};

// The images of all samples, in their order, with their cameras; none is read yet.
ImageSource images_on_demand(const Dataset& dataset, const ImageSettings& settings);

// ... all of them decoded once, so that the cache holds what fits and none is damaged. Images that cannot be
// read: one Error that names the first and counts the others.
ImageSource open_images(const Dataset& dataset, const ImageSettings& settings,
                        const OnProgress& progress = {});

// The images of these files, without cameras; none is read yet.
ImageSource images_of_files(const std::vector<std::filesystem::path>& files, const ImageSettings& settings);

// Changes with any pixel, label, camera or part of the set and with the size of the images.
std::uint64_t fingerprint(const Dataset& dataset, const ImageSource& images);

}  // namespace triptych
