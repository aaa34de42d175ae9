#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "datasets/dataset.h"

namespace triptych {

// All images of a data set at one size, as bytes: 450 people twice at 220 x 100 are 59 MB.
struct ImageSet {
  Index count = 0, height = 0, width = 0;
  std::vector<std::uint8_t> pixels;  // [count, height, width, 3]
  std::vector<int> cameras = {};     // [count] which camera took it; empty: nobody knows

  const std::uint8_t* image(Index i) const { return pixels.data() + i * height * width * 3; }
  Image copy(Index i) const;
};

// Decodes (or renders, from `seed`) and resizes every sample of the data set, on `threads` threads; the
// result does not depend on how many. Images that cannot be read: one Error that names the first and counts
// the others.
ImageSet load_images(const Dataset& dataset, Index height, Index width, int threads, std::uint64_t seed);

// One sample at the size it has.
Image load_image(const Dataset& dataset, Index sample, std::uint64_t seed);

// What turns a byte into a network's input: (byte / 255 - mean[c]) / deviation[c], for each channel c.
struct Normalisation {
  Real mean[3] = {0, 0, 0}, deviation[3] = {1, 1, 1};
};

// The means and standard deviations of the channels over the given images. Training images alone, please:
// the test people's colours are not ours to know.
Normalisation measure_normalisation(const ImageSet& images, std::span<const Index> samples);

// Each camera has its own light and its own white balance, and learning to see past them takes more people
// than there are. So every image is normalised with the colours that its own camera shows on average.
struct CameraNormalisation {
  Normalisation overall;               // for an image of a camera that was never measured
  std::vector<Normalisation> cameras;  // empty: one for all

  // Of the i-th image of a set.
  const Normalisation& of(const ImageSet& images, Index i) const;
};

// ... over the given images, camera by camera when `by_camera`; a camera that took none of them gets the
// overall one.
CameraNormalisation measure_normalisation(const ImageSet& images, std::span<const Index> samples,
                                          bool by_camera);

// A number that changes with any pixel, label or camera: results.json says with it which data a result comes
// from.
std::uint64_t fingerprint(const Dataset& dataset, const ImageSet& images);

}  // namespace triptych
