#include "reid/features/gog.h"

#include <algorithm>
#include <cmath>

#include "reid/features/gaussian.h"
#include "tests/reid/features/helpers.h"

using namespace triptych;
using namespace triptych::testing;
using doctest::Approx;

TEST_CASE("GOG has the published sizes") {
  CHECK(find_feature("gog").size == 27622);
  CHECK(find_feature("gog-rgb").size == 7567);
  CHECK(find_feature("gog-nrnrg").size == 4921);
}

TEST_CASE("the pixel vector: position, gradient in four directions, colour") {
  // Brightness rises to the right by 0.01 a pixel: Y / 255 by 0.01 * 219 / 255, over two pixels.
  Planes ramp(3, 128, 48);
  for (Index c = 0; c < 3; ++c)
    for (Index i = 0; i < ramp.pixels(); ++i) ramp.plane(c)[i] = 0.01f * static_cast<float>(i % 48);
  const Planes f = gog_pixels(ramp, GogColour::rgb);
  REQUIRE(f.channels == 8);
  const Index at = 63 * 48 + 20;
  CHECK(f.plane(0)[at] == Approx(64.0 / 128));
  const double length = 0.02 * 219 / 255;
  double sum = 0;
  int used = 0;
  for (Index k = 1; k <= 4; ++k) {
    sum += f.plane(k)[at];
    used += f.plane(k)[at] > 1e-5;
  }
  CHECK(used == 1);
  CHECK(sum == Approx(length));
  for (Index k = 5; k < 8; ++k) CHECK(f.plane(k)[at] == Approx(0.2));
  CHECK(gog_pixels(ramp, GogColour::chromaticity).channels == 7);
  CHECK(gog_pixels(ramp, GogColour::chromaticity).plane(5)[at] == Approx(1.0 / 3));
}

TEST_CASE("a gradient between two directions belongs to both, half and half") {
  Planes ramp(3, 128, 48);
  for (Index c = 0; c < 3; ++c)
    for (Index i = 0; i < ramp.pixels(); ++i)
      ramp.plane(c)[i] = 0.004f * static_cast<float>(i % 48) + 0.004f * static_cast<float>(i / 48);
  const Planes f = gog_pixels(ramp, GogColour::rgb);
  const Index at = 63 * 48 + 20;
  const double half = std::sqrt(2.0) * 0.008 * 219 / 255 / 2;
  int used = 0;
  for (Index k = 1; k <= 4; ++k)
    if (f.plane(k)[at] > 1e-5) {
      ++used;
      CHECK(f.plane(k)[at] == Approx(half).epsilon(0.01));
    }
  CHECK(used == 2);
}

TEST_CASE("GOG: one colour space alone is a part of all four") {
  const Planes noise = noise_planes(7);
  const std::vector<float> all = feature_of("gog", noise);
  std::size_t first = 0;
  for (const char* name : {"gog-rgb", "gog-lab", "gog-hsv", "gog-nrnrg"}) {
    const std::vector<float> part = feature_of(name, noise);
    for (std::size_t i = 0; i < part.size(); i += 97) CHECK(part[i] == all[first + i]);
    first += part.size();
  }
  CHECK(first == all.size());
}

TEST_CASE("a strip knows its own rows only; log P has trace 0") {
  Planes a = noise_planes(8), b = a;
  for (Index c = 0; c < 3; ++c)
    for (Index i = 0; i < 10 * 48; ++i) b.plane(c)[i] = 0;  // rows 0..9: in strip 0 (rows 0..31) alone
  const std::vector<float> fa = feature_of("gog-rgb", a), fb = feature_of("gog-rgb", b);
  const auto distance = [&](std::size_t strip) {
    double square = 0;
    for (std::size_t i = strip * 1081; i < (strip + 1) * 1081; ++i) square += std::pow(fa[i] - fb[i], 2);
    return std::sqrt(square);
  };
  CHECK(distance(0) > 0.1);
  for (std::size_t strip = 1; strip < 7; ++strip) CHECK(distance(strip) < 1e-2);
  double trace = 0;
  for (std::size_t i = 0, at = 0; i < 46; at += 46 - i, ++i) trace += fa[at];
  CHECK(std::abs(trace) < 1e-3);
}

TEST_CASE("a strip, written out as the formulas stand") {
  const Planes noise = noise_planes(10);
  const Planes f = gog_pixels(noise, GogColour::rgb);
  const Index d = 8, size = 45, strip = 3;
  // (points, weights) -> mean and S = sum w (x - mean)(x - mean)^T / divisor + 0.001 max(trace, floor) I,
  // embedded.
  const auto embed = [](const std::vector<std::vector<double>>& points, const std::vector<double>& weights,
                        double lost, double floor) {
    const std::size_t n = points[0].size();
    double all = 0, trace = 0;
    std::vector<double> mean(n, 0), s(n * n, 0);
    for (std::size_t p = 0; p < points.size(); ++p) {
      all += weights[p];
      for (std::size_t i = 0; i < n; ++i) mean[i] += weights[p] * points[p][i];
    }
    for (double& m : mean) m /= all;
    for (std::size_t p = 0; p < points.size(); ++p)
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
          s[i * n + j] += weights[p] * (points[p][i] - mean[i]) * (points[p][j] - mean[j]) / (all - lost);
    for (std::size_t i = 0; i < n; ++i) trace += s[i * n + i];
    for (std::size_t i = 0; i < n; ++i) s[i * n + i] += 0.001 * std::max(trace, floor);
    std::vector<float> half(static_cast<std::size_t>(half_vector_size(static_cast<Index>(n) + 1)));
    embed_gaussian(mean, s, half);
    return half;
  };
  std::vector<std::vector<double>> patches;
  std::vector<double> weights;
  for (Index cy = strip * 16; cy < strip * 16 + 32; cy += 2)
    for (Index cx = 0; cx < 48; cx += 2) {
      std::vector<std::vector<double>> pixels;
      for (Index y = cy - 2; y <= cy + 2; ++y)
        for (Index x = std::max<Index>(cx - 2, 0); x <= std::min<Index>(cx + 2, 47); ++x) {
          pixels.emplace_back();
          for (Index i = 0; i < d; ++i) pixels.back().push_back(f.plane(i)[y * 48 + x]);
        }
      const std::vector<float> half = embed(pixels, std::vector<double>(pixels.size(), 1), 1, 0.01);
      patches.emplace_back(half.begin(), half.end());
      const double column = static_cast<double>(cx) / 2 - 11.5;
      weights.push_back(std::exp(-column * column / (2 * 6 * 6)));
    }
  REQUIRE(patches[0].size() == static_cast<std::size_t>(size));
  const std::vector<float> expected = embed(patches, weights, 0, 0);
  const std::vector<float> all = feature_of("gog-rgb", noise);
  for (std::size_t i = 0; i < expected.size(); ++i)
    CHECK(std::abs(all[strip * 1081 + i] - expected[i]) < 1e-3);
}

TEST_CASE("the middle columns weigh more than those at the border") {
  const Planes noise = noise_planes(9);
  const std::vector<float> before = feature_of("gog-rgb", noise);
  const auto change = [&](Index column) {
    Planes other = noise;
    for (Index c = 0; c < 3; ++c)
      for (Index y = 0; y < 128; ++y)
        for (Index x = column; x < column + 8; ++x) other.plane(c)[y * 48 + x] = 0.5f;
    const std::vector<float> after = feature_of("gog-rgb", other);
    double square = 0;
    for (std::size_t i = 0; i < after.size(); ++i) square += std::pow(after[i] - before[i], 2);
    return std::sqrt(square);
  };
  CHECK(change(20) > 1.15 * change(0));
  CHECK(change(0) == Approx(change(40)).epsilon(0.2));  // and symmetric
}

TEST_CASE("GOG of black and of even images is finite") {
  for (const float grey : {0.0f, 0.5f, 1.0f})
    for (const float v : feature_of("gog", flat(128, 48, grey, grey, grey))) REQUIRE(std::isfinite(v));
}
