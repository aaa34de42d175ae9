#include "datasets/synthetic/camera.h"

#include <doctest/doctest.h>

#include <array>

using namespace triptych;
using namespace triptych::synthetic;

namespace {

Camera plain_camera() {
  SyntheticOptions off;
  off.viewpoint = off.illumination = off.cast = off.blur = off.noise = 0;
  return make_camera(off, 1, 0);
}

double mean(const Image& image) {
  double sum = 0;
  for (const std::uint8_t byte : image.pixels) sum += byte;
  return sum / static_cast<double>(image.pixels.size());
}

double deviation(const Image& image) {
  const double m = mean(image);
  double sum = 0;
  for (const std::uint8_t byte : image.pixels) sum += (byte - m) * (byte - m);
  return std::sqrt(sum / static_cast<double>(image.pixels.size()));
}

Image develop_grey(const Camera& camera, const Shutter& shutter, float light) {
  std::vector<Colour> radiance(64 * 64, Colour{light, light, light});
  return develop(camera, shutter, 64, 64, radiance, Random(5));
}

}  // namespace

TEST_CASE("with all knobs off a camera only bends the tone curve: 255 x^(1 / 2.2)") {
  const Camera camera = plain_camera();
  for (const float light : {0.f, 0.03f, 0.2f, 0.7f, 1.f, 3.f}) {
    const Image image = develop_grey(camera, {}, light);
    CHECK(std::abs(image.pixels[0] - 255 * std::pow(std::min(light, 1.f), 1 / 2.2)) <= 0.6);
    CHECK(deviation(image) == 0);
  }
}

TEST_CASE("both cameras of a seed are the same when the knobs are off, and lean apart when they are on") {
  SyntheticOptions off;
  off.viewpoint = off.illumination = off.cast = off.blur = off.noise = 0;
  const Camera a = make_camera(off, 1, 0), b = make_camera(off, 1, 1);
  CHECK(a.yaw == b.yaw);
  CHECK(a.exposure == b.exposure);
  CHECK(develop_grey(a, {}, 0.3f).pixels == develop_grey(b, {}, 0.3f).pixels);
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    const Camera c = make_camera({}, seed, 0), d = make_camera({}, seed, 1);
    CHECK(std::abs(std::remainder(c.yaw - d.yaw, 2 * kPi)) > 50 * kDegree);
    const auto green = [](const Camera& camera) {  // of a grey card, relative to red and blue
      const Colour card{1, 1, 1};
      return 2 * dot(camera.response[1], card) /
             (dot(camera.response[0], card) + dot(camera.response[2], card));
    };
    CHECK(green(d) > green(c) + 0.05f);
  }
}

TEST_CASE("noise has no bias, grows with its knob, and is the same for the same stream") {
  Camera camera = plain_camera();
  camera.noise = 6;
  const Image once = develop_grey(camera, {}, 0.25f), again = develop_grey(camera, {}, 0.25f);
  CHECK(once.pixels == again.pixels);
  CHECK(std::abs(mean(once) - 255 * std::pow(0.25, 1 / 2.2)) < 0.5);
  const double of_six = deviation(once);
  CHECK(of_six > 4);
  CHECK(of_six < 9);
  camera.noise = 3;
  CHECK(deviation(develop_grey(camera, {}, 0.25f)) == doctest::Approx(of_six / 2).epsilon(0.1));
}

TEST_CASE("blur keeps the light and spreads a point; the smear is a line of equal shares") {
  Camera camera = plain_camera();
  const auto shoot = [&](const Shutter& shutter) {
    std::vector<Colour> radiance(256 * 31);
    radiance[128 * 31 + 15] = {1, 1, 1};
    develop(camera, shutter, 256, 31, radiance, Random(5));
    return radiance;  // after the lens
  };
  const auto spot = shoot({1, 1.5f, 0, 0});
  double total = 0, variance = 0;
  for (int i = 0; i < 256 * 31; ++i) {
    total += spot[static_cast<std::size_t>(i)].y;
    variance += spot[static_cast<std::size_t>(i)].y * (i % 31 - 15) * (i % 31 - 15);
  }
  CHECK(total == doctest::Approx(1).epsilon(1e-4));
  CHECK(variance == doctest::Approx(1.5 * 1.5).epsilon(0.1));
  const auto line = shoot({1, 0, 2.5f, 0});
  for (int x = 0; x < 31; ++x)
    CHECK(line[static_cast<std::size_t>(128 * 31 + x)].x == doctest::Approx(std::abs(x - 15) <= 2 ? 0.2 : 0));
}
