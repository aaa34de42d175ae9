// Crops of images (kernels/warp.h) in three loops: the colours, the positions of a row, its pixels. Positions
// are computed before the pixels of the row, so that the loads of the pixels depend on nothing but their
// addresses.
#include "kernels/warp.h"

#include "kernels/cpu/pixels.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// The coloured image, [height + 1, width + 1] pixels of four floats: interpolation reads one pixel beyond, so
// the last row and column are repeated.
void colour_image(const WarpShape& s, const Colouring& colouring, const std::uint8_t* image, float* out) {
  const Floats gain = for_channels(colouring.gain), offset = for_channels(colouring.offset);
  const Floats scale = for_channels(colouring.scale), bias = for_channels(colouring.bias);
  const Floats brightest = broadcast(255.f);
  const auto colour = [&](Floats bytes, float* to) __attribute__((always_inline)) {
    const Floats v = positive_part(rounded(gain * bytes) + offset);
    store(to, rounded(scale * (v > brightest ? brightest : v)) + bias);
  };
  // The pixel up to which a full register may be read without reading beyond the image.
  const Index whole = s.height * s.width - divide_up(bytes_read, 3);
  for (Index y = 0; y <= s.height; ++y) {
    const Index first = minimum(y, s.height - 1) * s.width, end = minimum(s.width, whole - first);
    Index x = 0;
    for (; x < end; x += pixels) colour(load_bytes(image + 3 * (first + x)), out + 4 * x);
    for (; x < s.width; x += pixels)
      colour(load_bytes(image + 3 * (first + x), minimum(s.width - x, pixels)), out + 4 * x);
    out += 4 * s.width;
    std::memcpy(out, out - 4, 4 * sizeof(float));
    out += 4;
  }
}

// The source positions of the pixels of one row of the crop.
struct Positions {
  std::int32_t* corner;  // index of the upper left of the four source pixels in the coloured image, in floats
  float *right, *down;   // fractional offset from that pixel, 0 .. 1
};

// Coordinates clamped to 0 .. last: integer part and fraction.
struct Coordinates {
  Ints before;
  Floats beyond;
};
TRIPTYCH_INLINE Coordinates coordinates(Floats at, float last) {
  at = positive_part(at);
  at = at > broadcast(last) ? broadcast(last) : at;
  const Ints before = __builtin_convertvector(at, Ints);
  return {before, at - __builtin_convertvector(before, Floats)};
}

void find_positions(const WarpShape& s, const Warp& warp, Index y, const Positions& positions) {
  const auto in_row = [&](int axis) __attribute__((always_inline)) {
    return broadcast(
        static_cast<float>(warp.origin[axis] + rounded(static_cast<double>(y) * warp.down[axis])));
  };
  const Floats u0 = in_row(0), v0 = in_row(1);
  const Floats du = broadcast(static_cast<float>(warp.right[0])),
               dv = broadcast(static_cast<float>(warp.right[1]));
  const float last_u = static_cast<float>(s.width - 1), last_v = static_cast<float>(s.height - 1);
  const Ints row = broadcast(static_cast<std::int32_t>(4 * (s.width + 1))),
             pixel = broadcast(std::int32_t(4));
  Floats steps = from_zero();
  for (Index x = 0; x < s.crop_width; x += lanes, steps += broadcast(static_cast<float>(lanes))) {
    const Coordinates u = coordinates(u0 + rounded(steps * du), last_u);
    const Coordinates v = coordinates(v0 + rounded(steps * dv), last_v);
    store(positions.corner + x, v.before * row + u.before * pixel);
    store(positions.right + x, u.beyond);
    store(positions.down + x, v.beyond);
  }
}

// A register of interpolated crop pixels from x on; a row of the coloured image has `row` floats.
TRIPTYCH_INLINE Floats mixed(const float* image, Index row, const Positions& positions, Index x) {
  const std::int32_t* const corner = positions.corner + x;
  const Floats right = for_pixels(positions.right + x), down = for_pixels(positions.down + x);
  const Floats left = load_pixels(image, corner), left_below = load_pixels(image + row, corner);
  const Floats above = left + rounded(right * (load_pixels(image + 4, corner) - left));
  const Floats below = left_below + rounded(right * (load_pixels(image + row + 4, corner) - left_below));
  return three_of_four(above + rounded(down * (below - above)));
}

}  // namespace

void warp_image(const WarpShape& s, const Warp& warp, const Colouring& colouring, const std::uint8_t* image,
                float* scratch, float* out) {
  const Index row = 4 * (s.width + 1), width = s.crop_width, numbers = round_up(width, lanes);
  float* const behind =
      scratch + (s.height + 1) * row + lanes;  // the last pixels are stored as a whole register
  const Positions positions{reinterpret_cast<std::int32_t*>(behind), behind + numbers, behind + 2 * numbers};
  colour_image(s, colouring, image, scratch);
  for (Index y = 0; y < s.crop_height; ++y, out += 3 * width) {
    find_positions(s, warp, y, positions);
    Index x = 0;
    // A full store overwrites some floats of the following pixels, which are stored later.
    for (; 3 * (width - x) >= lanes; x += pixels) store(out + 3 * x, mixed(scratch, row, positions, x));
    for (; x < width; x += pixels)
      store(out + 3 * x, mixed(scratch, row, positions, x), 3 * minimum(width - x, pixels));
  }
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
