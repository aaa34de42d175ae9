#include "apps/bench/stopwatch.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "engine/random.h"

namespace triptych::bench {
namespace {

double seconds_of(const std::function<void()>& function, int repeats) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < repeats; ++i) function();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / repeats;
}

}  // namespace

std::vector<double> interleaved_medians(const std::vector<std::function<void()>>& functions, double seconds) {
  constexpr double shortest = 2e-4;  // of a sample
  constexpr std::size_t least = 3;
  std::vector<int> repeats;
  for (const auto& function : functions) {
    function();
    repeats.push_back(std::max(1, static_cast<int>(shortest / std::max(seconds_of(function, 1), 1e-9))));
  }
  std::vector<std::vector<double>> samples(functions.size());
  double spent = 0;
  while (spent < seconds * static_cast<double>(functions.size()) || samples.front().size() < least)
    for (std::size_t i = 0; i < functions.size(); ++i) {
      samples[i].push_back(seconds_of(functions[i], repeats[i]));
      spent += samples[i].back() * repeats[i];
    }
  std::vector<double> medians;
  for (auto& list : samples) {
    const auto middle = list.begin() + static_cast<std::ptrdiff_t>(list.size() / 2);
    std::nth_element(list.begin(), middle, list.end());
    medians.push_back(*middle);
  }
  return medians;
}

bool wanted(const Settings& settings, const std::string& name) {
  return std::regex_search(name, settings.only);
}

void print_figure(const std::string& name, double value, const char* unit) {
  fmt::print("{} {:.4g} {}\n", name, value, unit);
}

Tensor random_tensor(Device& device, const Shape& shape, double low, double high) {
  Random random(7);
  std::vector<Real> values(static_cast<std::size_t>(shape.elements()));
  for (Real& value : values) value = static_cast<Real>(random.uniform(low, high));
  return Tensor::from(device, shape, values);
}

}  // namespace triptych::bench
