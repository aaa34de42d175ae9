#include "datasets/augment.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "engine/error.h"
#include "kernels/warp.h"

namespace triptych {
namespace {

// Scratch memory is kept between calls: a training step in steady state allocates nothing.
void render(const WarpShape& shape, const Warp& warp, const Colouring& colouring, const std::uint8_t* image,
            Real* out) {
  static thread_local std::vector<float> scratch;
  scratch.resize(static_cast<std::size_t>(cpu::warp_scratch(shape)));
  cpu::warp_image(shape, warp, colouring, image, scratch.data(), out);
}

Colouring plain_colours(const Normalisation& normalise) {
  Colouring colour{{1, 1, 1}, {0, 0, 0}, {}, {}};
  for (int c = 0; c < 3; ++c) {
    colour.scale[c] = static_cast<float>(1 / (255 * normalise.deviation[c]));
    colour.bias[c] = static_cast<float>(-normalise.mean[c] / normalise.deviation[c]);
  }
  return colour;
}

// v' = contrast * (gain_c v + offset_c - 1/2) + 1/2 + brightness, v in 0..1; here for bytes.
void draw_colours(const AugmentOptions& options, Random& random, Colouring& colour) {
  double gain[3], offset[3];
  for (double& g : gain) g = 1 + options.channel_gain * random.uniform(-1, 1);
  for (double& o : offset) o = options.channel_offset * random.uniform(-1, 1);
  const double brightness = options.brightness * random.uniform(-1, 1);
  const double contrast = 1 + options.contrast * random.uniform(-1, 1);
  for (int c = 0; c < 3; ++c) {
    colour.gain[c] = static_cast<float>(contrast * gain[c]);
    colour.offset[c] = static_cast<float>(255 * (contrast * (offset[c] - 0.5) + 0.5 + brightness));
  }
}

// About the crop's centre (cx, cy): an output pixel at (dx, dy) from it comes from the source's
//     (cx, cy) + crop offset + shift + 1/scale [cos sin; -sin cos] (mirror dx, dy).
Warp make_warp(double offset_x, double offset_y, double centre_x, double centre_y, double scale, double angle,
               bool mirror) {
  const double cosine = std::cos(angle) / scale, sine = std::sin(angle) / scale, side = mirror ? -1 : 1;
  return {{centre_x + offset_x - side * cosine * centre_x - sine * centre_y,
           centre_y + offset_y + side * sine * centre_x - cosine * centre_y},
          {side * cosine, -side * sine},
          {sine, cosine}};
}

Warp draw_warp(const AugmentOptions& options, Random& random, Index height, Index width, Index crop_height,
               Index crop_width) {
  const Index spare_y = height - crop_height, spare_x = width - crop_width;
  const Index random_y = random.integer(spare_y + 1), random_x = random.integer(spare_x + 1);
  const bool mirror = random.chance(options.flip);
  const double scale = std::exp(options.scale * random.uniform(-1, 1));
  const double angle = options.rotation * std::numbers::pi / 180 * random.uniform(-1, 1);
  const double shift_y = options.shift * static_cast<double>(crop_height) * random.uniform(-1, 1);
  const double shift_x = options.shift * static_cast<double>(crop_width) * random.uniform(-1, 1);
  const Index y = options.random_crop ? random_y : spare_y / 2,
              x = options.random_crop ? random_x : spare_x / 2;
  return make_warp(static_cast<double>(x) + shift_x, static_cast<double>(y) + shift_y,
                   static_cast<double>(crop_width - 1) / 2, static_cast<double>(crop_height - 1) / 2, scale,
                   angle, mirror);
}

void erase(const AugmentOptions& options, Random& random, Index height, Index width, Real* out) {
  const bool wanted = random.chance(options.erase);
  const double area =
      random.uniform(options.erase_least, options.erase_most) * static_cast<double>(height * width);
  const double aspect = std::exp(std::log(options.erase_aspect) * random.uniform(-1, 1));  // height / width
  const Index h = std::clamp<Index>(std::llround(std::sqrt(area * aspect)), 1, height);
  const Index w = std::clamp<Index>(std::llround(std::sqrt(area / aspect)), 1, width);
  const Index y = random.integer(height - h + 1), x = random.integer(width - w + 1);
  if (!wanted) return;
  for (Index row = y; row < y + h; ++row) std::fill_n(out + (row * width + x) * 3, w * 3, Real(0));
}

}  // namespace

void require_crop_fits(Index height, Index width, Index crop_height, Index crop_width) {
  require(crop_height >= 1 && crop_width >= 1 && crop_height <= height && crop_width <= width,
          "a crop of {} x {} does not fit into an image of {} x {} (height x width)", crop_height, crop_width,
          height, width);
}

bool augment(const AugmentOptions& options, Random& random, const std::uint8_t* image, Index height,
             Index width, Index crop_height, Index crop_width, Real* out, Warp* used) {
  require_crop_fits(height, width, crop_height, crop_width);
  const Warp warp = draw_warp(options, random, height, width, crop_height, crop_width);
  Colouring colour = plain_colours(options.normalise);
  draw_colours(options, random, colour);
  render({height, width, crop_height, crop_width}, warp, colour, image, out);
  erase(options, random, crop_height, crop_width, out);
  if (used) *used = warp;
  return warp.right[0] < 0;
}

Warp augmenting_warp(const AugmentOptions& options, Random random, Index height, Index width,
                     Index crop_height, Index crop_width) {
  return draw_warp(options, random, height, width, crop_height, crop_width);
}

void centre_crop(const Normalisation& normalise, const std::uint8_t* image, Index height, Index width,
                 Index crop_height, Index crop_width, Real* out, const View& view) {
  require_crop_fits(height, width, crop_height, crop_width);
  const Warp warp = make_warp(static_cast<double>((width - crop_width) / 2 + view.right),
                              static_cast<double>((height - crop_height) / 2 + view.down),
                              static_cast<double>(crop_width - 1) / 2,
                              static_cast<double>(crop_height - 1) / 2, 1, 0, view.mirror);
  render({height, width, crop_height, crop_width}, warp, plain_colours(normalise), image, out);
}

}  // namespace triptych
