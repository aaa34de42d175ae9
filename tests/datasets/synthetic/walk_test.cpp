#include "datasets/synthetic/walk.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "datasets/synthetic/synthetic.h"
#include "engine/error.h"

using namespace triptych;

namespace {

SyntheticOptions walking(Index frames) {
  SyntheticOptions options;
  options.height = 128, options.width = 64, options.frames = frames;
  return options;
}

SyntheticOptions plainly_walking(Index frames) {
  SyntheticOptions o = walking(frames);
  o.viewpoint = o.illumination = o.cast = o.clutter = o.occlusion = o.misalignment = o.blur = o.noise = 0;
  return o;
}

double share(const std::vector<Truth>& truth, Truth kind) {
  return static_cast<double>(std::ranges::count(truth, kind)) / static_cast<double>(truth.size());
}

// How wide the person is at the height of the shins, in pixels.
Index width_of_legs(const std::vector<Truth>& truth, Index height, Index width) {
  Index least = width, most = -1;
  for (Index y = height * 7 / 10; y < height * 17 / 20; ++y)
    for (Index x = 0; x < width; ++x)
      if (truth[static_cast<std::size_t>(y * width + x)] == Truth::person)
        least = std::min(least, x), most = std::max(most, x);
  return std::max<Index>(0, most - least + 1);
}

}  // namespace

TEST_CASE("a frame follows from seed, person, camera, sequence and frame, and changes with each of them") {
  const SyntheticOptions options = walking(8);
  const Image frame = render_person(options, 5, 3, 1, 2, 4);
  CHECK(render_person(options, 5, 3, 1, 2, 4).pixels == frame.pixels);
  CHECK(render_person(options, 6, 3, 1, 2, 4).pixels != frame.pixels);
  CHECK(render_person(options, 5, 4, 1, 2, 4).pixels != frame.pixels);
  CHECK(render_person(options, 5, 3, 0, 2, 4).pixels != frame.pixels);
  CHECK(render_person(options, 5, 3, 1, 3, 4).pixels != frame.pixels);
  CHECK(render_person(options, 5, 3, 1, 2, 5).pixels != frame.pixels);
  CHECK_THROWS_WITH_AS(render_person(options, 5, 3, 1, 2, 8),
                       "synthetic people: there is no frame 8 in a sequence of 8 frames", Error);
  CHECK_THROWS_AS(render_person(walking(0), 5, 3, 1, 2, 1), Error);
}

TEST_CASE("a walk has its own phase in each sequence, and its cadence and stride in all") {
  for (Index person = 0; person < 5; ++person) {
    const synthetic::Habit habit = synthetic::sample_habit(7, person);
    CHECK(habit.cadence >= 0.42f);
    CHECK(habit.cadence <= 1.1f);
    std::set<float> starts;
    for (std::uint64_t sequence = 0; sequence < 4; ++sequence) {
      const auto phase = [&](Index frame) {
        return static_cast<double>(synthetic::gait_at(habit, frame, 1, Random(sequence)).phase);
      };
      starts.insert(static_cast<float>(phase(0)));
      const double step = phase(1) - phase(0);
      CHECK(std::abs(step / static_cast<double>(habit.cadence) - 1) < 0.15);
      CHECK(phase(9) - phase(8) == doctest::Approx(step).epsilon(1e-4));
    }
    CHECK(starts.size() == 4);
    CHECK(synthetic::sample_habit(7, person + 1).cadence != habit.cadence);
  }
}

// Cadence is what only the order of frames tells. A cycle of 2 pi at cadence c takes 2 pi / c frames, in
// which the legs open twice: once with the left foot in front and once with the right, which look different
// from a side.
TEST_CASE("the legs open and close as often as the cadence says") {
  const Index frames = 40;
  const SyntheticOptions options = plainly_walking(frames);
  int right = 0;
  constexpr Index people = 6;
  for (Index person = 0; person < people; ++person) {
    std::vector<double> widths;
    double mean = 0;
    for (Index frame = 0; frame < frames; ++frame) {
      const std::vector<Truth> truth = render_truth(options, 2, person, 0, 0, frame);
      widths.push_back(static_cast<double>(width_of_legs(truth, options.height, options.width)));
      mean += widths.back() / static_cast<double>(frames);
    }
    // Power of the widths at each number of cycles in the sequence.
    std::size_t best = 0;
    double strongest = 0;
    for (std::size_t k = 2; k < 20; ++k) {
      double c = 0, s = 0;
      for (std::size_t t = 0; t < widths.size(); ++t) {
        const double angle = 2 * 3.14159265 * static_cast<double>(k * t) / static_cast<double>(frames);
        c += (widths[t] - mean) * std::cos(angle), s += (widths[t] - mean) * std::sin(angle);
      }
      if (c * c + s * s > strongest) strongest = c * c + s * s, best = k;
    }
    const double cadence = static_cast<double>(synthetic::sample_habit(2, person).cadence);
    const double expected = cadence * static_cast<double>(frames) / (2 * 3.14159265);
    right += std::abs(static_cast<double>(best) - expected) < 0.75;
  }
  CHECK(right == people);
}

TEST_CASE(
    "an occluder passes: it is there in some frames and gone in others, and never with occlusion at 0") {
  constexpr Index frames = 12;
  SyntheticOptions options = plainly_walking(frames);
  int passed = 0, stood = 0;
  for (Index person = 0; person < 10; ++person) {
    double least = 1, most = 0;
    for (Index frame = 0; frame < frames; frame += 2) {
      options.occlusion = 0;
      CHECK(share(render_truth(options, 1, person, 0, 0, frame), Truth::occluder) == 0);
      options.occlusion = 1;
      const double hidden = share(render_truth(options, 1, person, 0, 0, frame), Truth::occluder);
      least = std::min(least, hidden), most = std::max(most, hidden);
    }
    passed += most > 0.03 && least < 0.5 * most;
    stood += most > 0.01 && least > 0.7 * most;
  }
  CHECK(stood == 0);
  CHECK(passed >= 2);
  CHECK(passed <= 8);
}

TEST_CASE("people without looks of their own differ by their walk alone") {
  SyntheticOptions options = plainly_walking(8);
  options.appearance = 0, options.pose = 0;
  CHECK(render_person(options, 3, 1, 0, 0, 2).pixels == render_person(options, 3, 2, 0, 0, 2).pixels);
  options.pose = 1;
  CHECK(render_person(options, 3, 1, 0, 0, 2).pixels != render_person(options, 3, 2, 0, 0, 2).pixels);
  options.appearance = 1, options.pose = 0;
  CHECK(render_person(options, 3, 1, 0, 0, 2).pixels != render_person(options, 3, 2, 0, 0, 2).pixels);
}

TEST_CASE("the street passes by a person who walks, and the camera drifts") {
  SyntheticOptions options = plainly_walking(8);
  options.clutter = 1;
  const auto corner = [&](Index frame) {
    const Image image = render_person(options, 4, 6, 0, 0, frame);
    return std::vector<std::uint8_t>(image.pixels.begin(), image.pixels.begin() + 30);
  };
  CHECK(corner(0) != corner(7));
  options.clutter = 0, options.pose = 0;
  const Image still = render_person(options, 4, 6, 0, 0, 0);
  CHECK(render_person(options, 4, 6, 0, 0, 7).pixels == still.pixels);
  options.viewpoint = 1;
  CHECK(render_person(options, 4, 6, 0, 0, 7).pixels != render_person(options, 4, 6, 0, 0, 0).pixels);
}
