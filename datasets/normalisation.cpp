#include "datasets/normalisation.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <mutex>

#include "engine/error.h"

namespace triptych {
namespace {

// Sums over all pixels of a channel. Whole numbers: exact, and so the same in any order.
struct ChannelSums {
  std::uint64_t sum[3] = {}, squares[3] = {};

  void add(const Image& image) {
    for (std::size_t i = 0; i < image.pixels.size(); i += 3)
      for (std::size_t c = 0; c < 3; ++c) {
        const std::uint64_t value = image.pixels[i + c];
        sum[c] += value;
        squares[c] += value * value;
      }
  }
  void add(const ChannelSums& other) {
    for (int c = 0; c < 3; ++c) sum[c] += other.sum[c], squares[c] += other.squares[c];
  }
};

}  // namespace

Normalisation measure_normalisation(const ImageSource& images, std::span<const Index> samples, int threads) {
  require(!samples.empty(), "the mean colour of no images at all is not defined");
  ChannelSums all;
  std::mutex mutex;
  require_no_failures(try_in_parallel(static_cast<Index>(samples.size()), threads, [&](Index i) {
    ChannelSums own;
    own.add(*images.image(samples[static_cast<std::size_t>(i)]));
    const std::lock_guard lock(mutex);
    all.add(own);
  }));
  const double n =
      static_cast<double>(images.height() * images.width()) * static_cast<double>(samples.size());
  Normalisation result;
  for (int c = 0; c < 3; ++c) {
    const double mean = static_cast<double>(all.sum[c]) / n, square = static_cast<double>(all.squares[c]) / n;
    result.mean[c] = static_cast<Real>(mean / 255);
    // One grey level at least: images of one even colour are no reason to divide by zero.
    result.deviation[c] = static_cast<Real>(std::sqrt(std::max(1.0, square - mean * mean)) / 255);
  }
  return result;
}

CameraNormalisation measure_by_camera(const ImageSource& images, std::span<const Index> samples,
                                      bool by_camera, int threads) {
  CameraNormalisation result;
  result.overall = measure_normalisation(images, samples, threads);
  if (!by_camera || !images.knows_cameras()) return result;
  int cameras = 0;
  for (Index i = 0; i < images.count(); ++i) cameras = std::max(cameras, 1 + images.camera(i));
  for (int camera = 0; camera < cameras; ++camera) {
    std::vector<Index> own;
    std::ranges::copy_if(samples, std::back_inserter(own),
                         [&](Index i) { return images.camera(i) == camera; });
    result.cameras.push_back(own.empty() ? result.overall : measure_normalisation(images, own, threads));
  }
  return result;
}

const Normalisation& CameraNormalisation::of(int camera) const {
  const auto at = static_cast<std::size_t>(camera);  // -1 becomes larger than any
  return at < cameras.size() ? cameras[at] : overall;
}

}  // namespace triptych
