#pragma once
#include <cstdint>

#include "datasets/normalisation.h"
#include "engine/random.h"
#include "kernels/warp.h"

namespace triptych {

// How a training image may differ from the one on file. Zero, or a range of width zero, switches a thing
// off; with everything off augment() is centre_crop(), bit for bit. Each number is drawn afresh for each
// image, uniformly.
struct AugmentOptions {
  bool random_crop = true;       // the crop lies anywhere in the image, else in its centre
  double flip = 0.5;             // probability of a mirror image
  double scale = 0.1;            // factor of size in exp(-scale) .. exp(scale)
  double rotation = 4;           // degrees, in -rotation .. rotation
  double shift = 0.03;           // of the crop's height and width, in -shift .. shift
  double channel_gain = 0.1;     // factor for each channel in 1 - gain .. 1 + gain: another white balance
  double channel_offset = 0.04;  // added to each channel, of the range 0..1
  double brightness = 0.1;       // added to all channels together
  double contrast = 0.2;         // factor about mid-grey in 1 - contrast .. 1 + contrast
  double erase = 0.4;            // probability that a rectangle is hidden (Zhong et al. 2020)
  double erase_least = 0.02, erase_most = 0.2;  // its share of the crop's area
  double erase_aspect = 3;                      // its height / width in 1 / aspect .. aspect
  double exchange = 0;  // probability that two people of a batch swap their lower parts
  double occlude = 0;   // probability that one of a person's images is partly pasted over
  double occlude_least = 0.1, occlude_most = 0.45;  // how much of it
  Normalisation normalise;                          // applied last
};

// One augmented crop: image [height, width, 3] bytes -> out [crop_height, crop_width, 3]. Colour, kept within
// 0..1, then normalisation; an affine map says where each pixel comes from (bilinear; beyond the border the
// border is repeated). An erased rectangle becomes 0, the mean colour. The number of draws from `random` is
// always the same. Returns whether the image was mirrored, as then are the labels of its parts; `used`
// receives the affine map.
bool augment(const AugmentOptions& options, Random& random, const std::uint8_t* image, Index height,
             Index width, Index crop_height, Index crop_width, Real* out, Warp* used = nullptr);

// The affine map of augment() with these draws, without the image.
Warp augmenting_warp(const AugmentOptions& options, Random random, Index height, Index width,
                     Index crop_height, Index crop_width);

// How a crop in testing may differ from the one in the middle: this many pixels further down and to the
// right, and flipped left to right.
struct View {
  Index down = 0, right = 0;
  bool mirror = false;
};

// The crop from the middle, normalised: what the network sees in testing. Beyond the border the border is
// repeated.
void centre_crop(const Normalisation& normalise, const std::uint8_t* image, Index height, Index width,
                 Index crop_height, Index crop_width, Real* out, const View& view = {});

// Error when the crop is larger than the image. The two above check it too; a parallel loop asks first,
// because an exception must not leave it.
void require_crop_fits(Index height, Index width, Index crop_height, Index crop_width);

}  // namespace triptych
