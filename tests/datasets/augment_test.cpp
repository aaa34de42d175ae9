#include "datasets/augment.h"

#include <algorithm>
#include <cmath>

#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

constexpr Index height = 22, width = 10, crop_height = 16, crop_width = 7;

AugmentOptions nothing() {
  AugmentOptions options;
  options.random_crop = false;
  options.flip = options.scale = options.rotation = options.shift = 0;
  options.channel_gain = options.channel_offset = options.brightness = options.contrast = options.erase = 0;
  return options;
}

Normalisation some_normalisation() {
  return {{Real(0.4), Real(0.5), Real(0.6)}, {Real(0.2), Real(0.25), Real(0.3)}};
}

std::vector<Real> augmented(const AugmentOptions& options, const Image& image, std::uint64_t stream) {
  std::vector<Real> out(crop_height * crop_width * 3, Real(NAN));
  Random random(5, stream);
  augment(options, random, image.pixels.data(), height, width, crop_height, crop_width, out.data());
  return out;
}

std::vector<Real> cropped(const Normalisation& normalise, const Image& image, const View& view = {}) {
  std::vector<Real> out(crop_height * crop_width * 3, Real(NAN));
  centre_crop(normalise, image.pixels.data(), height, width, crop_height, crop_width, out.data(), view);
  return out;
}

double mean(const std::vector<Real>& x) {
  double sum = 0;
  for (const Real v : x) sum += v;
  return sum / static_cast<double>(x.size());
}

// Grey with a soft spot at (y, x): where it is afterwards tells the geometry.
Image spot(double y, double x) {
  Image p(height, width);
  for (Index i = 0; i < height; ++i)
    for (Index j = 0; j < width; ++j)
      for (int c = 0; c < 3; ++c)
        p.at(i, j)[c] = static_cast<std::uint8_t>(std::lround(
            250 * std::exp(-((double(i) - y) * (double(i) - y) + (double(j) - x) * (double(j) - x)) / 4)));
  return p;
}

struct Centre {
  double y = 0, x = 0, mass = 0;
};

Centre centre_of_mass(const std::vector<Real>& out) {
  Centre c;
  for (Index y = 0; y < crop_height; ++y)
    for (Index x = 0; x < crop_width; ++x) {
      const double v = out[static_cast<std::size_t>((y * crop_width + x) * 3)];
      c.y += v * double(y), c.x += v * double(x), c.mass += v;
    }
  c.y /= c.mass, c.x /= c.mass;
  return c;
}

}  // namespace

TEST_CASE("the centre crop is the middle of the image, normalised") {
  const Image image = noise_image(height, width, 1);
  const Normalisation n = some_normalisation();
  const std::vector<Real> out = cropped(n, image), mirrored = cropped(n, image, {0, 0, true});
  for (Index y = 0; y < crop_height; ++y)
    for (Index x = 0; x < crop_width; ++x)
      for (int c = 0; c < 3; ++c) {
        const double expected = (image.at(y + 3, x + 1)[c] / 255.0 - n.mean[c]) / n.deviation[c];
        REQUIRE(out[static_cast<std::size_t>((y * crop_width + x) * 3 + c)] ==
                doctest::Approx(expected).epsilon(1e-5));
        REQUIRE(mirrored[static_cast<std::size_t>((y * crop_width + crop_width - 1 - x) * 3 + c)] ==
                out[static_cast<std::size_t>((y * crop_width + x) * 3 + c)]);
      }
}

TEST_CASE("with everything off, augment is the centre crop bit for bit; with flip 1 its mirror image") {
  const Image image = noise_image(height, width, 2);
  AugmentOptions options = nothing();
  options.normalise = some_normalisation();
  CHECK(augmented(options, image, 1) == cropped(options.normalise, image));
  options.flip = 1;
  CHECK(augmented(options, image, 1) == cropped(options.normalise, image, {0, 0, true}));
}

TEST_CASE("random crops reach every place, each about equally often") {
  AugmentOptions options = nothing();
  options.random_crop = true;
  Image image(height, width);  // the pixel's value says where it is
  for (Index y = 0; y < height; ++y)
    for (Index x = 0; x < width; ++x)
      image.at(y, x)[0] = static_cast<std::uint8_t>(y), image.at(y, x)[1] = static_cast<std::uint8_t>(x);
  constexpr int draws = 2800, places = (height - crop_height + 1) * (width - crop_width + 1);
  std::vector<int> hits(places);
  for (int k = 0; k < draws; ++k) {
    const std::vector<Real> out = augmented(options, image, static_cast<std::uint64_t>(k));
    const Index y = std::lround(out[0] * 255), x = std::lround(out[1] * 255);
    REQUIRE(y <= height - crop_height);
    REQUIRE(x <= width - crop_width);
    ++hits[static_cast<std::size_t>(y * (width - crop_width + 1) + x)];
    const std::size_t last = out.size() - 3;
    REQUIRE(std::lround(out[last] * 255) == y + crop_height - 1);
    REQUIRE(std::lround(out[last + 1] * 255) == x + crop_width - 1);
  }
  for (const int count : hits)
    CHECK(std::abs(count - draws / places) < 50);  // five standard deviations of 10
}

TEST_CASE("half of the images are mirrored at flip 0.5") {
  AugmentOptions options = nothing();
  options.flip = 0.5;
  const Image image = noise_image(height, width, 3);
  const std::vector<Real> straight = cropped({}, image);
  int mirrored = 0;
  for (std::uint64_t k = 0; k < 1000; ++k) mirrored += augmented(options, image, k) != straight;
  CHECK(std::abs(mirrored - 500) < 80);
}

TEST_CASE("shift moves, scale magnifies about the centre, rotation turns, each within its range") {
  const double cy = 3 + (crop_height - 1) / 2.0,
               cx = 1 + (crop_width - 1) / 2.0;  // the crop's centre in the image
  const Centre still = centre_of_mass(augmented(nothing(), spot(cy, cx), 0));
  AugmentOptions shift = nothing(), scale = nothing(), rotation = nothing();
  shift.shift = 0.1;
  scale.scale = 0.2;
  rotation.rotation = 20;
  double most_shift = 0, least_mass = 1e9, most_mass = 0, most_turn = 0;
  for (std::uint64_t k = 0; k < 300; ++k) {
    const Centre moved = centre_of_mass(augmented(shift, spot(cy, cx), k));
    most_shift = std::max(most_shift, std::abs(moved.y - still.y));
    const Centre scaled = centre_of_mass(augmented(scale, spot(cy, cx), k));
    CHECK(std::abs(scaled.y - still.y) < 0.1);
    least_mass = std::min(least_mass, scaled.mass / still.mass);
    most_mass = std::max(most_mass, scaled.mass / still.mass);
    const Centre turned = centre_of_mass(augmented(rotation, spot(cy - 4, cx), k));  // 4 above the centre
    most_turn = std::max(most_turn, std::abs(turned.x - still.x));
    CHECK(std::hypot(turned.y - still.y, turned.x - still.x) == doctest::Approx(4).epsilon(0.06));
  }
  CHECK(most_shift == doctest::Approx(0.1 * crop_height).epsilon(0.05));
  CHECK(most_turn == doctest::Approx(4 * std::sin(20 * 3.14159265 / 180)).epsilon(0.1));
  CHECK(least_mass ==
        doctest::Approx(std::exp(-0.4)).epsilon(0.1));  // an area goes with the square of the factor
  CHECK(most_mass == doctest::Approx(std::exp(0.4)).epsilon(0.1));
}

TEST_CASE("colours: offsets and gains in their ranges, values kept within 0..1") {
  AugmentOptions offset = nothing(), gain = nothing(), contrast = nothing(), wild = nothing();
  offset.channel_offset = 0.1;
  gain.channel_gain = 0.2;
  contrast.contrast = 0.5;
  wild.brightness = 1;
  const Image grey = even_image(height, width, 102);  // 0.4
  double least[3] = {9, 9, 9}, most[3] = {0, 0, 0}, sum[3] = {0, 0, 0};
  constexpr int draws = 600;
  for (std::uint64_t k = 0; k < draws; ++k) {
    const double seen[3] = {augmented(offset, grey, k)[0], augmented(gain, grey, k)[0],
                            augmented(contrast, grey, k)[0]};
    for (int i = 0; i < 3; ++i) {
      least[i] = std::min(least[i], seen[i]), most[i] = std::max(most[i], seen[i]);
      sum[i] += seen[i] / draws;
    }
    const std::vector<Real> out = augmented(wild, grey, k);
    CHECK(*std::min_element(out.begin(), out.end()) >= 0);
    CHECK(*std::max_element(out.begin(), out.end()) <= Real(1.000001));
  }
  const double half_range[3] = {0.1, 0.4 * 0.2, 0.1 * 0.5};
  for (int i = 0; i < 3; ++i) {
    CHECK(sum[i] == doctest::Approx(0.4).epsilon(0.02));
    CHECK(least[i] == doctest::Approx(0.4 - half_range[i]).epsilon(0.02));
    CHECK(most[i] == doctest::Approx(0.4 + half_range[i]).epsilon(0.02));
  }
}

TEST_CASE("channels get offsets of their own, brightness is one for all") {
  AugmentOptions apart = nothing(), together = nothing();
  apart.channel_offset = together.brightness = 0.1;
  const Image grey = even_image(height, width, 102);
  const std::vector<Real> a = augmented(apart, grey, 1), t = augmented(together, grey, 1);
  CHECK(a[0] != a[1]);
  CHECK(a[1] != a[2]);
  CHECK(t[0] == t[1]);
  CHECK(t[0] != doctest::Approx(0.4));
}

TEST_CASE("erasing hides one rectangle of the wanted area with the mean colour") {
  AugmentOptions options = nothing();
  options.erase = 1;
  options.erase_least = 0.1, options.erase_most = 0.3;
  const Image white = even_image(height, width, 255);
  double least = 1, most = 0;
  for (std::uint64_t k = 0; k < 300; ++k) {
    const std::vector<Real> out = augmented(options, white, k);
    const double share = 1 - mean(out);  // white is 1, the erased part 0
    least = std::min(least, share), most = std::max(most, share);
    Index top = crop_height, bottom = -1, left = crop_width, right = -1, hidden = 0;
    for (Index y = 0; y < crop_height; ++y)
      for (Index x = 0; x < crop_width; ++x)
        if (out[static_cast<std::size_t>((y * crop_width + x) * 3)] == 0) {
          top = std::min(top, y), bottom = std::max(bottom, y);
          left = std::min(left, x), right = std::max(right, x);
          ++hidden;
        }
    REQUIRE(hidden == (bottom - top + 1) * (right - left + 1));
  }
  CHECK(least > 0.05);
  CHECK(least < 0.15);
  CHECK(most > 0.22);
  CHECK(most < 0.36);
  options.erase = 0.25;
  int erased = 0;
  for (std::uint64_t k = 0; k < 1000; ++k) erased += mean(augmented(options, white, k)) < 0.999;
  CHECK(std::abs(erased - 250) < 70);
}

TEST_CASE("each call uses up the same number of draws, whatever is switched on") {
  const Image image = noise_image(height, width, 4);
  std::vector<Real> out(crop_height * crop_width * 3);
  Random a(1), b(1);
  augment(nothing(), a, image.pixels.data(), height, width, crop_height, crop_width, out.data());
  augment(AugmentOptions(), b, image.pixels.data(), height, width, crop_height, crop_width, out.data());
  CHECK(a.position() == b.position());
}

TEST_CASE("a crop larger than the image is an error") {
  const Image image = noise_image(4, 4, 4);
  std::vector<Real> out(5 * 4 * 3);
  Random random(1);
  CHECK(contains(complaint([&] { augment({}, random, image.pixels.data(), 4, 4, 5, 4, out.data()); }),
                 "5 x 4"));
  CHECK_THROWS_AS(centre_crop({}, image.pixels.data(), 4, 4, 4, 5, out.data()), Error);
}

TEST_CASE("a view lies further down and to the right, and repeats the border beyond the image") {
  Image image = noise_image(6, 4, 3);  // 6 x 4; the crop in the middle is [1, 5) x [1, 3)
  const auto crop = [&](const View& view) {
    std::vector<Real> out(4 * 2 * 3);
    centre_crop({}, image.pixels.data(), 6, 4, 4, 2, out.data(), view);
    return out;
  };
  const auto value = [&](Index y, Index x) {
    return static_cast<double>(image.pixels[static_cast<std::size_t>((y * 4 + x) * 3)]) / 255;
  };
  const std::vector<Real> moved = crop({1, -1}), beyond = crop({3, 0}), mirrored = crop({1, -1, true});
  CHECK(moved[0] == doctest::Approx(value(2, 0)));
  CHECK(mirrored[0] == doctest::Approx(value(2, 1)));
  CHECK(beyond[0] == doctest::Approx(value(4, 1)));
  for (const std::size_t row : {1u, 2u, 3u}) CHECK(beyond[row * 2 * 3] == doctest::Approx(value(5, 1)));
}
