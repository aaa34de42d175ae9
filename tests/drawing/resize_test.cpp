#include <cmath>
#include <numbers>

#include "drawing/image.h"
#include "tests/drawing/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("the same size is the same image, an even image stays even") {
  const Image noise = noise_image(9, 6, 1);
  CHECK(resize(noise, 9, 6).pixels == noise.pixels);
  for (const int value : {0, 1, 77, 254, 255})
    for (const auto& [height, width] : {std::pair<Index, Index>{3, 11}, {20, 2}, {1, 1}, {64, 64}}) {
      CAPTURE(value);
      const Image out = resize(even_image(10, 7, static_cast<std::uint8_t>(value)), height, width);
      CHECK(out.pixels == even_image(height, width, static_cast<std::uint8_t>(value)).pixels);
    }
}

TEST_CASE("a smooth image keeps its values at the same relative places") {
  // f(y, x) in 0..1 over the unit square, sampled at pixel centres.
  const auto value = [](double y, double x) {
    return 127.5 + 100 * std::sin(std::numbers::pi * y) * std::cos(2 * std::numbers::pi * x);
  };
  const auto sampled = [&](Index height, Index width) {
    Image p(height, width);
    for (Index y = 0; y < height; ++y)
      for (Index x = 0; x < width; ++x)
        for (int c = 0; c < 3; ++c)
          p.at(y, x)[c] = static_cast<std::uint8_t>(
              std::lround(value((double(y) + 0.5) / double(height), (double(x) + 0.5) / double(width))));
    return p;
  };
  const Image source = sampled(256, 128);
  for (const auto& [height, width] : {std::pair<Index, Index>{220, 100}, {112, 48}, {300, 140}, {64, 256}}) {
    const Image out = resize(source, height, width), expected = sampled(height, width);
    for (Index y = 2; y < height - 2; ++y)
      for (Index x = 2; x < width - 2; ++x) REQUIRE(std::abs(out.at(y, x)[1] - expected.at(y, x)[1]) <= 1);
  }
}

TEST_CASE("stripes finer than the new pixels become grey: nothing is skipped") {
  Image stripes(64, 64);
  for (Index y = 0; y < 64; ++y)
    for (Index x = 0; x < 64; ++x)
      for (int c = 0; c < 3; ++c) stripes.at(y, x)[c] = x % 2 ? 255 : 0;
  const Image small = resize(stripes, 16, 16);
  for (Index x = 2; x < 14; ++x) CHECK(std::abs(small.at(8, x)[0] - 127.5) < 4);
}

TEST_CASE("impossible sizes are errors") {
  CHECK(contains(complaint([] { resize(Image(), 2, 2); }), "cannot resize"));
  CHECK(contains(complaint([] { resize(Image(2, 2), 0, 2); }), "0 x 2"));
}
