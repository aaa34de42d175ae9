#include "datasets/synthetic/synthetic.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <thread>

#include "engine/error.h"

using namespace triptych;

namespace {

SyntheticOptions small() {
  SyntheticOptions options;
  options.height = 128, options.width = 64;
  return options;
}

SyntheticOptions all_off() {
  SyntheticOptions o = small();
  o.viewpoint = o.pose = o.illumination = o.cast = o.clutter = o.occlusion = o.misalignment = o.blur =
      o.noise = 0;
  return o;
}

// Mean colour of chest and of legs, from the columns in which a person mostly is.
using Colours = std::array<double, 6>;

Colours colours_of(const Image& p) {
  Colours colours{};
  const auto add = [&](double from, double to, std::size_t slot) {
    const auto rows = [&](double share) { return static_cast<Index>(share * static_cast<double>(p.height)); };
    const Index x0 = p.width * 3 / 8, x1 = p.width * 5 / 8, count = (rows(to) - rows(from)) * (x1 - x0);
    for (Index y = rows(from); y < rows(to); ++y)
      for (Index x = x0; x < x1; ++x)
        for (std::size_t c = 0; c < 3; ++c) colours[slot + c] += p.at(y, x)[c] / static_cast<double>(count);
  };
  add(0.22, 0.45, 0);
  add(0.55, 0.75, 3);
  return colours;
}

double distance(const Colours& a, const Colours& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum);
}

// First and last row and column that differ from the backdrop in the corner.
struct Box {
  Index top, bottom, left, right;
};

Box box_of(const Image& p) {
  Box box{p.height, -1, p.width, -1};
  for (Index y = 0; y < p.height; ++y)
    for (Index x = 0; x < p.width; ++x) {
      int difference = 0;
      for (int c = 0; c < 3; ++c) difference += std::abs(p.at(y, x)[c] - p.at(0, 0)[c]);
      if (difference < 12) continue;
      box = {std::min(box.top, y), std::max(box.bottom, y), std::min(box.left, x), std::max(box.right, x)};
    }
  return box;
}

}  // namespace

TEST_CASE("an image follows from seed, person, camera and shot, and changes with each of them") {
  const Image image = render_person(small(), 5, 3, 1, 2);
  CHECK(image.height == 128);
  CHECK(image.width == 64);
  CHECK(image.pixels.size() == 128 * 64 * 3);
  CHECK(render_person(small(), 5, 3, 1, 2).pixels == image.pixels);
  CHECK(render_person(small(), 6, 3, 1, 2).pixels != image.pixels);
  CHECK(render_person(small(), 5, 4, 1, 2).pixels != image.pixels);
  CHECK(render_person(small(), 5, 3, 0, 2).pixels != image.pixels);
  CHECK(render_person(small(), 5, 3, 1, 3).pixels != image.pixels);
}

TEST_CASE("images drawn by many threads at once are those drawn one after the other") {
  std::array<Image, 8> images;
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < images.size(); ++i)
    threads.emplace_back([&, i] {
      images[i] = render_person(small(), 9, static_cast<Index>(i / 2), static_cast<int>(i % 2));
    });
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < images.size(); ++i)
    CHECK(render_person(small(), 9, static_cast<Index>(i / 2), static_cast<int>(i % 2)).pixels ==
          images[i].pixels);
}

TEST_CASE("colours of clothes say who it is across cameras, far better than chance, but not surely") {
  constexpr std::size_t kPeople = 60;
  std::array<Colours, kPeople> seen[2];
  for (int camera = 0; camera < 2; ++camera) {
    Colours mean{};
    for (std::size_t p = 0; p < kPeople; ++p) {
      seen[camera][p] = colours_of(render_person(small(), 11, static_cast<Index>(p), camera));
      for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += seen[camera][p][i] / kPeople;
    }
    for (Colours& colours : seen[camera])  // takes the camera's own light away
      for (std::size_t i = 0; i < mean.size(); ++i) colours[i] -= mean[i];
  }
  // The chance that somebody else looks less alike than the same person does: 0.5 when identity plays no
  // part.
  double further = 0;
  int first = 0;
  for (std::size_t a = 0; a < kPeople; ++a) {
    const double same = distance(seen[0][a], seen[1][a]);
    std::size_t nearer = 0;
    for (std::size_t b = 0; b < kPeople; ++b) nearer += b != a && distance(seen[0][a], seen[1][b]) < same;
    further += 1 - static_cast<double>(nearer) / (kPeople - 1);
    first += nearer == 0;
  }
  CHECK(further / kPeople > 0.8);
  CHECK(first <
        static_cast<int>(kPeople) / 2);  // a task that two mean colours solve teaches a network nothing
}

TEST_CASE(
    "with every knob off both cameras and all shots show the same image of a person, and of nobody else") {
  for (const Index person : {0, 1, 2, 17}) {
    const Image image = render_person(all_off(), 2, person, 0);
    CHECK(render_person(all_off(), 2, person, 1).pixels == image.pixels);
    CHECK(render_person(all_off(), 2, person, 0, 5).pixels == image.pixels);
    CHECK(render_person(all_off(), 2, person + 1, 0).pixels != image.pixels);
  }
}

TEST_CASE("each knob alone changes some image") {
  for (const auto knob :
       {&SyntheticOptions::viewpoint, &SyntheticOptions::pose, &SyntheticOptions::illumination,
        &SyntheticOptions::cast, &SyntheticOptions::clutter, &SyntheticOptions::occlusion,
        &SyntheticOptions::misalignment, &SyntheticOptions::blur, &SyntheticOptions::noise}) {
    SyntheticOptions options = all_off();
    options.*knob = 1;
    int changed = 0;
    for (Index person = 0; person < 24; ++person)
      changed += render_person(options, 2, person, 1).pixels != render_person(all_off(), 2, person, 1).pixels;
    if (knob == &SyntheticOptions::occlusion) {
      CHECK(changed >= 1);  // one image in seven
      CHECK(changed <= 10);
    } else {
      CHECK(changed >= 20);
    }
  }
}

TEST_CASE("without clutter, light, cast and blur the backdrop is one grey; with clutter it is a street") {
  SyntheticOptions options = all_off();
  const Image plain = render_person(options, 4, 1, 0);
  options.clutter = 1;
  const Image street = render_person(options, 4, 1, 0);
  int different = 0;
  for (Index y = 0; y < plain.height; ++y) {
    CHECK(plain.at(y, 0)[0] == plain.at(0, 0)[0]);
    CHECK(plain.at(y, 0)[1] == plain.at(y, 0)[0]);
    different += street.at(y, 0)[1] != street.at(0, 0)[1];
  }
  CHECK(different > plain.height / 2);
}

TEST_CASE("a box that is not misaligned fits the person; one that is, does not") {
  SyntheticOptions options = all_off();
  int shifted = 0;
  for (Index person = 0; person < 20; ++person) {
    options.misalignment = 0;
    const Box fit = box_of(render_person(options, 3, person, 0));
    CHECK(std::abs(fit.top + fit.bottom - (options.height - 1)) <= 3);
    CHECK(fit.bottom - fit.top > options.height * 3 / 4);
    CHECK(fit.top >= 2);
    CHECK(std::abs(fit.left + fit.right - (options.width - 1)) <= 3);
    options.misalignment = 1;
    const Box loose = box_of(render_person(options, 3, person, 0));
    shifted += std::abs(loose.top + loose.bottom - (options.height - 1)) > 3 ||
               std::abs((loose.bottom - loose.top) - (fit.bottom - fit.top)) > 3;
  }
  CHECK(shifted > 12);
}

TEST_CASE("the strange sizes work, up to one that is wider than tall") {
  for (const auto& [height, width] : {std::pair<Index, Index>{37, 19}, {16, 8}, {61, 128}, {300, 111}}) {
    SyntheticOptions options;
    options.height = height, options.width = width;
    const Image image = render_person(options, 1, 2, 0);
    CHECK(image.pixels.size() == static_cast<std::size_t>(height * width * 3));
  }
}

TEST_CASE("impossible wishes are refused in words") {
  SyntheticOptions options = small();
  options.blur = 1.5f;
  CHECK_THROWS_WITH_AS(render_person(options, 1, 0, 0),
                       "synthetic people: blur is 1.5, but a knob goes from 0 (off) to 1 (as in the street)",
                       Error);
  options.blur = std::nanf("");
  CHECK_THROWS_AS(render_person(options, 1, 0, 0), Error);
  CHECK_THROWS_AS(render_person(small(), 1, -1, 0), Error);
  CHECK_THROWS_AS(render_person(small(), 1, 0, 2), Error);
  CHECK_THROWS_AS(render_person(small(), 1, 0, 0, -1), Error);
  options = small();
  options.height = 0;
  CHECK_THROWS_AS(render_person(options, 1, 0, 0), Error);
}

TEST_CASE("the renderer's ground truth is the person, and what hides the person is an occluder") {
  SyntheticOptions options = small();
  options.noise = options.blur = options.clutter = 0;
  options.occlusion = 0;
  const auto count = [](const std::vector<Truth>& truth, Truth what) {
    return std::count(truth.begin(), truth.end(), what);
  };
  const std::vector<Truth> free = render_truth(options, 5, 3, 1);
  REQUIRE(free.size() == 128 * 64);
  CHECK(count(free, Truth::occluder) == 0);
  // Against an even backdrop without noise or shadow on it, a pixel is the person's where it differs from it.
  const Image image = render_person(options, 5, 3, 1);
  Index agree = 0;
  for (Index y = 0; y < 128; ++y)
    for (Index x = 0; x < 64; ++x) {
      bool differs = false;
      for (int c = 0; c < 3; ++c) differs |= image.at(y, x)[c] != image.at(0, 0)[c];
      agree += differs == (free[static_cast<std::size_t>(y * 64 + x)] == Truth::person);
    }
  CHECK(static_cast<double>(agree) / (128 * 64) > 0.95);

  // What is hidden is taken from the person, pixel by pixel; nothing else changes.
  options.occlusion = 1;
  Index hidden = 0;
  for (Index person = 0; person < 40; ++person) {
    options.occlusion = 0;
    const std::vector<Truth> before = render_truth(options, 5, person, 1);
    options.occlusion = 1;
    const std::vector<Truth> after = render_truth(options, 5, person, 1);
    hidden += count(after, Truth::occluder) > 0;
    for (std::size_t i = 0; i < before.size(); ++i)
      if (after[i] == Truth::person) CHECK(before[i] == Truth::person);
    CHECK(count(after, Truth::person) + count(after, Truth::occluder) == count(before, Truth::person));
  }
  CHECK(hidden > 0);
  CHECK(hidden < 20);  // one image in seven
}
