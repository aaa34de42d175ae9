#include "datasets/augment.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <type_traits>
#include <vector>

#include "engine/error.h"

namespace triptych {
namespace {

// Four floats that the compiler keeps in one register: R, G, B and a fourth that nobody reads.
typedef float Pixel __attribute__((vector_size(16)));
// The same register as numbers of four pixels.
typedef float Four __attribute__((vector_size(16)));
typedef std::int32_t FourWhole __attribute__((vector_size(16)));

// Where an output pixel comes from: (u, v) = origin + x * right + y * down, in pixels of the source, u along
// its width.
struct Warp {
  double origin[2], right[2], down[2];
};

// byte -> clamp(gain * byte + offset, 0, 255) -> scale * that + bias, for each channel. There are only 256
// bytes, so a picture's colours cost a table and a look-up for each pixel of the source, and nothing in the
// sampling loop: the clamped values are mixed with weights that sum to 1, which keeps them in range.
struct Colouring {
  float gain[3], offset[3], scale[3], bias[3];
};

// The coloured picture as Pixels [height + 1, width + 1], its last row and column repeated, so that bilinear
// sampling may read one beyond. Kept between calls: a training step in steady state allocates nothing.
const Pixel* coloured(const Colouring& colour, const std::uint8_t* picture, Index height, Index width) {
  static thread_local std::vector<Pixel> buffer;
  buffer.resize(static_cast<std::size_t>((height + 1) * (width + 1)));
  // Of each channel a Pixel that has nothing else, so that three of them make one without a move.
  Pixel table[3][256] = {};
  for (int c = 0; c < 3; ++c)
    for (int byte = 0; byte < 256; ++byte) {
      const float value =
          std::clamp(colour.gain[c] * static_cast<float>(byte) + colour.offset[c], 0.f, 255.f);
      table[c][byte][c] = colour.scale[c] * value + colour.bias[c];
    }
  Pixel* to = buffer.data();
  for (Index y = 0; y <= height; ++y) {
    const std::uint8_t* from = picture + std::min(y, height - 1) * width * 3;
    for (Index x = 0; x < width; ++x, from += 3)
      *to++ =
          (Pixel)((FourWhole)table[0][from[0]] | (FourWhole)table[1][from[1]] | (FourWhole)table[2][from[2]]);
    to[0] = to[-1];
    ++to;
  }
  return buffer.data();
}

// Stores three numbers; `room` says that the one after them may be overwritten, because it will be written
// later.
void store(Pixel value, bool room, Real* out) {
  if (std::is_same_v<Real, float> && room) {
    std::memcpy(out, &value, sizeof value);
  } else {
    for (int c = 0; c < 3; ++c) out[c] = static_cast<Real>(value[c]);
  }
}

// Places in the source of four neighbouring output pixels: what is the same sum for each of them needs a quarter of the instructions,
// and no branch at the picture's border.
struct Places {
  FourWhole first;   // of the four source pixels around each the upper left one: its number in the picture
  Four right, down;  // and how far behind that one it lies, 0 .. 1
};

// Coordinates first, first + step, ... within 0 .. last: the whole number at or before each, and what is left of it.
struct Coordinates {
  FourWhole before;
  Four beyond;
};
Coordinates coordinates(float first, Four steps, float step, float last) {
  Four at = first + steps * step;
  at = at < 0.f ? Four{} : at;
  at = at > last ? Four{} + last : at;
  const FourWhole before = __builtin_convertvector(at, FourWhole);
  return {before, at - __builtin_convertvector(before, Four)};
}

// A row's places come first, and then its pixels: the reads of a pixel wait for nothing then but their own addresses.
void render(const Warp& warp, const Colouring& colour, const std::uint8_t* picture, Index height, Index width,
            Index crop_height, Index crop_width, Real* out) {
  const Pixel* source = coloured(colour, picture, height, width);
  const Index row = width + 1;
  const float right = static_cast<float>(width - 1), bottom = static_cast<float>(height - 1);
  const float du = static_cast<float>(warp.right[0]), dv = static_cast<float>(warp.right[1]);
  static thread_local std::vector<Places> places;
  places.resize(static_cast<std::size_t>((crop_width + 3) / 4));
  const auto mix = [&](const Places& four, Index i, bool room) __attribute__((always_inline)) {
    const Pixel* p = source + four.first[i];
    const Pixel above = p[0] + four.right[i] * (p[1] - p[0]);
    const Pixel below = p[row] + four.right[i] * (p[row + 1] - p[row]);
    store(above + four.down[i] * (below - above), room, out);
    out += 3;
  };
  for (Index y = 0; y < crop_height; ++y) {
    const float u0 = static_cast<float>(warp.origin[0] + static_cast<double>(y) * warp.down[0]);
    const float v0 = static_cast<float>(warp.origin[1] + static_cast<double>(y) * warp.down[1]);
    Four steps = {0, 1, 2, 3};
    for (Places& four : places) {
      const Coordinates u = coordinates(u0, steps, du, right), v = coordinates(v0, steps, dv, bottom);
      four.first = v.before * static_cast<std::int32_t>(row) + u.before;
      four.right = u.beyond, four.down = v.beyond;
      steps += 4.f;
    }
    const Places* four = places.data();
    Index x = 0;
    for (; x + 4 < crop_width; x += 4, ++four)
#pragma GCC unroll 4
      for (Index i = 0; i < 4; ++i) mix(*four, i, true);
    for (; x < crop_width; ++x) mix(*four, x % 4, x + 1 < crop_width);
  }
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
          "a crop of {} x {} does not fit into a picture of {} x {} (height x width)", crop_height,
          crop_width, height, width);
}

bool augment(const AugmentOptions& options, Random& random, const std::uint8_t* picture, Index height,
             Index width, Index crop_height, Index crop_width, Real* out) {
  require_crop_fits(height, width, crop_height, crop_width);
  const Warp warp = draw_warp(options, random, height, width, crop_height, crop_width);
  Colouring colour = plain_colours(options.normalise);
  draw_colours(options, random, colour);
  render(warp, colour, picture, height, width, crop_height, crop_width, out);
  erase(options, random, crop_height, crop_width, out);
  return warp.right[0] < 0;
}

void centre_crop(const Normalisation& normalise, const std::uint8_t* picture, Index height, Index width,
                 Index crop_height, Index crop_width, Real* out, const View& view) {
  require_crop_fits(height, width, crop_height, crop_width);
  const Warp warp = make_warp(static_cast<double>((width - crop_width) / 2 + view.right),
                              static_cast<double>((height - crop_height) / 2 + view.down),
                              static_cast<double>(crop_width - 1) / 2,
                              static_cast<double>(crop_height - 1) / 2, 1, 0, view.mirror);
  render(warp, plain_colours(normalise), picture, height, width, crop_height, crop_width, out);
}

}  // namespace triptych
