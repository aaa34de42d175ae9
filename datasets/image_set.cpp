#include "datasets/image_set.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "datasets/image.h"
#include "datasets/parallel.h"
#include "engine/error.h"

namespace triptych {

Image ImageSet::copy(Index i) const {
  Image out(height, width);
  std::copy_n(image(i), out.pixels.size(), out.pixels.data());
  return out;
}

Image load_image(const Dataset& dataset, Index sample, std::uint64_t seed) {
  const Sample& s = dataset.samples[static_cast<std::size_t>(sample)];
  return dataset.synthetic ? render_person(dataset.synthetic_options, seed, s.identity, s.camera)
                           : read_image(s.file);
}

ImageSet load_images(const Dataset& dataset, Index height, Index width, int threads, std::uint64_t seed) {
  ImageSet set;
  set.count = static_cast<Index>(dataset.samples.size());
  set.height = height;
  set.width = width;
  set.pixels.resize(static_cast<std::size_t>(set.count * height * width * 3));
  for (const Sample& sample : dataset.samples) set.cameras.push_back(sample.camera);

  require_no_failures(try_in_parallel(set.count, threads, [&](Index i) {
    const Image image = resize(load_image(dataset, i, seed), height, width);
    std::copy(image.pixels.begin(), image.pixels.end(), set.pixels.begin() + i * height * width * 3);
  }));
  return set;
}

Normalisation measure_normalisation(const ImageSet& images, std::span<const Index> samples) {
  require(!samples.empty(), "the mean colour of no images at all is not defined");
  // Sums of whole numbers: exact, and so the same in any order.
  std::uint64_t sum[3] = {}, squares[3] = {};
  const Index pixels = images.height * images.width;
  for (const Index i : samples) {
    const std::uint8_t* p = images.image(i);
    for (Index k = 0; k < pixels; ++k, p += 3)
      for (int c = 0; c < 3; ++c) {
        sum[c] += p[c];
        squares[c] += std::uint64_t(p[c]) * p[c];
      }
  }
  const double n = static_cast<double>(pixels) * static_cast<double>(samples.size());
  Normalisation result;
  for (int c = 0; c < 3; ++c) {
    const double mean = static_cast<double>(sum[c]) / n, square = static_cast<double>(squares[c]) / n;
    result.mean[c] = static_cast<Real>(mean / 255);
    // One grey level at least: images of one even colour are no reason to divide by zero.
    result.deviation[c] = static_cast<Real>(std::sqrt(std::max(1.0, square - mean * mean)) / 255);
  }
  return result;
}

CameraNormalisation measure_normalisation(const ImageSet& images, std::span<const Index> samples,
                                          bool by_camera) {
  CameraNormalisation result;
  result.overall = measure_normalisation(images, samples);
  if (!by_camera || images.cameras.empty()) return result;
  const int cameras = 1 + *std::max_element(images.cameras.begin(), images.cameras.end());
  for (int camera = 0; camera < cameras; ++camera) {
    std::vector<Index> own;
    std::copy_if(samples.begin(), samples.end(), std::back_inserter(own),
                 [&](Index i) { return images.cameras[static_cast<std::size_t>(i)] == camera; });
    result.cameras.push_back(own.empty() ? result.overall : measure_normalisation(images, own));
  }
  return result;
}

const Normalisation& CameraNormalisation::of(const ImageSet& images, Index i) const {
  if (images.cameras.empty()) return overall;
  const auto camera = static_cast<std::size_t>(images.cameras[static_cast<std::size_t>(i)]);
  return camera < cameras.size() ? cameras[camera] : overall;
}

std::uint64_t fingerprint(const Dataset& dataset, const ImageSet& images) {
  std::uint64_t hash = 0xCBF29CE484222325ull;  // FNV-1a
  const auto mix = [&hash](std::uint64_t value) { hash = (hash ^ value) * 0x100000001B3ull; };
  mix(static_cast<std::uint64_t>(images.height));
  mix(static_cast<std::uint64_t>(images.width));
  for (const Sample& s : dataset.samples) {
    mix(static_cast<std::uint64_t>(s.identity));
    mix(static_cast<std::uint64_t>(s.camera));
    mix(static_cast<std::uint64_t>(s.part));
  }
  for (const std::uint8_t byte : images.pixels) mix(byte);
  return hash;
}

}  // namespace triptych
