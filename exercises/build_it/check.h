#pragma once
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "engine/error.h"
#include "engine/tensor.h"
#include "kernels/kernels.h"

// What the tests of the build-it track share: the device "reference", on which the learner's functions stand,
// beside the device "cpu", which computes the same in another way; and a comparison that says in numbers what
// is wrong.
namespace triptych::build_it {

struct Devices {
  Device mine = Device::open("reference"), engine = Device::open("cpu");
};

// Numbers without a pattern, between -1 and 1.
inline std::vector<Real> numbers(Index n, double seed = 1) {
  std::vector<Real> values;
  for (Index i = 0; i < n; ++i)
    values.push_back(static_cast<Real>(std::sin(seed * 7.3 + 1.7 * double(i * i + i))));
  return values;
}

// "[1, 0, 2]": where element i stands in an array of this shape.
inline std::string place(const Shape& shape, Index i) {
  std::string text;
  for (int axis = shape.axes() - 1; axis >= 0; --axis) {
    text = fmt::format("{}{}{}", i % shape[axis], text.empty() ? "" : ", ", text);
    i /= shape[axis];
  }
  return "[" + text + "]";
}

inline bool close(double got, double expected, double tolerance) {
  return std::abs(got - expected) <= tolerance * (1 + std::abs(expected));  // false for a NaN
}

// What all wrong numbers have in common, when something is.
inline std::string diagnosis(const std::vector<Real>& got, const std::vector<Real>& expected,
                             const std::vector<Real>& before, double tolerance) {
  const auto all = [&](const auto& holds) {
    for (std::size_t i = 0; i < got.size(); ++i)
      if (!holds(i)) return false;
    return true;
  };
  if (!before.empty() && all([&](std::size_t i) { return got[i] == before[i]; }))
    return " Nothing was added.";
  if (!before.empty() &&
      all([&](std::size_t i) { return close(got[i], double(expected[i]) - before[i], tolerance); }))
    return " What was there before is lost: gradients are added to, not assigned.";
  if (all([&](std::size_t i) { return got[i] == 0; })) return " All of yours are 0.";
  double factor = 0;
  for (std::size_t i = 0; i < got.size() && factor == 0; ++i)
    if (std::abs(expected[i]) > 1e-3)
      factor = double(got[i] - (before.empty() ? 0 : before[i])) /
               double(expected[i] - (before.empty() ? 0 : before[i]));
  if (std::isfinite(factor) && factor != 0 && !close(factor, 1, 1e-3) && all([&](std::size_t i) {
        const double base = before.empty() ? 0 : before[i];
        return close(got[i] - base, factor * (expected[i] - base), 1e-4);
      }))
    return fmt::format(" Each of yours is {:.4g} times what it should be.", factor);
  return "";
}

// Fails with the first wrong number, how many there are, and what they have in common. `before`: what the
// array held before the function added to it.
inline void compare(const std::string& name, const Shape& shape, const std::vector<Real>& got,
                    const std::vector<Real>& expected, double tolerance = 1e-5,
                    const std::vector<Real>& before = {}) {
  REQUIRE(got.size() == expected.size());
  std::size_t wrong = 0, first = 0;
  for (std::size_t i = got.size(); i-- > 0;)
    if (!close(got[i], expected[i], tolerance)) ++wrong, first = i;
  if (wrong == 0) return;
  const std::string message =
      fmt::format("{}{} is {} and should be {}; {} of {} numbers are wrong.{}", name,
                  place(shape, static_cast<Index>(first)), got[first], expected[first], wrong, got.size(),
                  diagnosis(got, expected, before, tolerance));
  FAIL_CHECK(message);
}

}  // namespace triptych::build_it
