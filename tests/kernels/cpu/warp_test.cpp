#include "kernels/warp.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace triptych;

namespace {

// kernels/warp.h, number by number, in the order and the precision of the kernel. Compiled without fused
// multiply-adds, like all tests.
float coloured(const Colouring& c, int channel, std::uint8_t byte) {
  const float v = c.gain[channel] * static_cast<float>(byte) + c.offset[channel];
  return c.scale[channel] * std::clamp(v, 0.f, 255.f) + c.bias[channel];
}

struct Coordinate {
  Index before, after;
  float beyond;
};
Coordinate coordinate(double origin, double right, double down, Index x, Index y, Index size) {
  const auto start = static_cast<float>(origin + static_cast<double>(y) * down);
  const float at = std::clamp(start + static_cast<float>(x) * static_cast<float>(right), 0.f,
                              static_cast<float>(size - 1));
  const auto before = static_cast<Index>(at);
  return {before, std::min(before + 1, size - 1), at - static_cast<float>(before)};
}

std::vector<float> by_definition(const WarpShape& s, const Warp& warp, const Colouring& colouring,
                                 const std::vector<std::uint8_t>& image) {
  std::vector<float> out;
  for (Index y = 0; y < s.crop_height; ++y)
    for (Index x = 0; x < s.crop_width; ++x) {
      const Coordinate u = coordinate(warp.origin[0], warp.right[0], warp.down[0], x, y, s.width);
      const Coordinate v = coordinate(warp.origin[1], warp.right[1], warp.down[1], x, y, s.height);
      for (int c = 0; c < 3; ++c) {
        const auto at = [&](Index row, Index column) {
          return coloured(colouring, c, image[static_cast<std::size_t>((row * s.width + column) * 3 + c)]);
        };
        const auto between = [](float a, float b, float weight) { return a + weight * (b - a); };
        const float above = between(at(v.before, u.before), at(v.before, u.after), u.beyond);
        const float below = between(at(v.after, u.before), at(v.after, u.after), u.beyond);
        out.push_back(between(above, below, v.beyond));
      }
    }
  return out;
}

std::vector<std::uint8_t> some_bytes(Index count) {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(count));
  std::uint32_t state = 1;
  for (std::uint8_t& byte : bytes) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<std::uint8_t>(state >> 24);
  }
  return bytes;
}

// Some bytes become darker than black, some brighter than white.
constexpr Colouring colouring{
    {1.3f, 0.9f, 1.1f}, {-30.f, 20.f, 3.f}, {0.017f, 0.018f, 0.019f}, {-2.f, -1.9f, -1.8f}};

// Image and scratch have exactly the sizes of the contract, for the sanitizers to see what is read or written
// behind them; behind the crop is a number that must stay.
std::vector<float> warped(const WarpShape& s, const Warp& warp, const std::vector<std::uint8_t>& image) {
  std::vector<float> scratch(static_cast<std::size_t>(cpu::warp_scratch(s)), NAN);
  std::vector<float> out(static_cast<std::size_t>(s.crop_height * s.crop_width * 3 + 1), NAN);
  out.back() = 77;
  cpu::warp_image(s, warp, colouring, image.data(), scratch.data(), out.data());
  CHECK(out.back() == 77);
  out.pop_back();
  return out;
}

}  // namespace

TEST_CASE("a crop is its definition to the last bit, wherever in the image it lies") {
  // As it lies; transposed, mirrored and shrunk; enlarged; so far away that all of it is border.
  const Warp warps[] = {{{0, 0}, {1, 0}, {0, 1}},
                        {{9.3, 2.1}, {-0.97, 0.11}, {0.1, 0.96}},
                        {{-1.7, -0.9}, {0.31, -0.02}, {0.02, 0.33}},
                        {{-50, 900}, {1.1, 0.2}, {-0.2, 1.1}}};
  for (const Index width : {1, 2, 5, 6, 31, 105})
    for (const Index crop_width : {1, 2, 3, 4, 5, 8, 15, 16, 17, 95})
      for (const Warp& warp : warps) {
        const WarpShape s{7, width, 5, crop_width};
        CAPTURE(width);
        CAPTURE(crop_width);
        CAPTURE(warp.origin[0]);
        const std::vector<std::uint8_t> image = some_bytes(s.height * s.width * 3);
        REQUIRE(warped(s, warp, image) == by_definition(s, warp, colouring, image));
      }
}

TEST_CASE("a crop of one pixel of an image of one pixel") {
  const WarpShape s{1, 1, 1, 1};
  const Warp warp{{0.4, -3}, {1, 0}, {0, 1}};
  const std::vector<std::uint8_t> image = some_bytes(3);
  CHECK(warped(s, warp, image) == by_definition(s, warp, colouring, image));
}
