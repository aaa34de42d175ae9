#pragma once
// What the peers in C++ share; each stands alone otherwise, and knows nothing of Triptych. The rule is that
// of apps/bench/stopwatch.h: CPU time of one thread; wall time of the samples in which two threads had both
// cores.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <regex>
#include <string>
#include <vector>

struct Asked {
  std::regex only{""};
  double seconds = 1;
  Asked(int count, char** arguments) {
    for (int i = 1; i + 1 < count; i += 2) {
      if (std::string(arguments[i]) == "--only") only = arguments[i + 1];
      if (std::string(arguments[i]) == "--seconds") seconds = std::atof(arguments[i + 1]);
    }
  }
  bool wants(const std::string& name) const { return std::regex_search(name, only); }
};

inline void print_figure(const std::string& name, double value, const char* unit) {
  std::printf("%s %.4g %s\n", name.c_str(), value, unit);
  std::fflush(stdout);
}

inline double clock_seconds(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// Median of one call; 0 where no sample counts. Of several threads it also prints how many do.
inline double median_seconds(const std::string& name, int threads, double seconds,
                             const std::function<void()>& function) {
  function();
  double once = clock_seconds(CLOCK_MONOTONIC);
  function();
  once = clock_seconds(CLOCK_MONOTONIC) - once;
  const int calls = std::max(1, static_cast<int>(2e-3 / std::max(once, 1e-9)));  // in a sample
  std::vector<double> valid;
  double spent = 0;
  while (spent < seconds || (valid.size() < 3 && (threads == 1 || spent < 4 * seconds))) {
    double wall = clock_seconds(CLOCK_MONOTONIC), cpu = clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < calls; ++i) function();
    wall = clock_seconds(CLOCK_MONOTONIC) - wall, cpu = clock_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    if (threads == 1 || cpu >= 0.975 * threads * wall) valid.push_back((threads == 1 ? cpu : wall) / calls);
    spent += wall;
  }
  if (threads > 1) print_figure(name + "_valid", static_cast<double>(valid.size()), "samples");
  if (valid.empty()) return 0;
  const auto middle = valid.begin() + static_cast<std::ptrdiff_t>(valid.size() / 2);
  std::nth_element(valid.begin(), middle, valid.end());
  return *middle;
}
