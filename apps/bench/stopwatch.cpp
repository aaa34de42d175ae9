#include "apps/bench/stopwatch.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <ctime>

#include "engine/random.h"

namespace triptych::bench {
namespace {

double seconds_on(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

Clock time_calls(const std::function<void()>& function, int calls) {
  const Clock start = Clock::now();
  for (int i = 0; i < calls; ++i) function();
  const Clock all = Clock::now() - start;
  return {all.wall / calls, all.cpu / calls};
}

// The samples of one function.
class Samples {
 public:
  Samples(const std::function<void()>& function, int threads) : function_(function), threads_(threads) {
    constexpr double shortest = 2e-3;  // of a sample: long against starting threads and reading clocks
    function_();
    calls_ = std::max(1, static_cast<int>(shortest / std::max(time_calls(function_, 1).wall, 1e-9)));
  }

  // Takes one more; its time on the wall.
  double take() {
    const Clock time = time_calls(function_, calls_);
    const double cores = time.cpu / time.wall;
    const bool counts = threads_ <= 1 || cores >= least_share * threads_;
    (counts ? valid_ : others_).push_back(threads_ == 1 ? time.cpu : time.wall);
    most_cores_ = std::max(most_cores_, cores);
    return time.wall * calls_;
  }

  std::size_t valid() const { return valid_.size(); }
  Timing timing() const {
    return {median(valid_.empty() ? others_ : valid_), threads_, static_cast<int>(valid_.size()),
            static_cast<int>(valid_.size() + others_.size()), most_cores_};
  }

 private:
  const std::function<void()>& function_;
  int threads_, calls_;
  std::vector<double> valid_, others_;
  double most_cores_ = 0;
};

// Figures of several threads without a sample that counts, for the sentence at the end.
struct LeftOut {
  int figures = 0;
  double most_cores = 0;
};
LeftOut& left_out() {
  static LeftOut sum;
  return sum;
}

void print_value(const std::string& name, const Timing& time, double value, const char* unit) {
  if (time.valid > 0) print_figure(name, value, unit);
  if (time.threads > 1) print_figure(name + "_valid", time.valid, "samples");
  if (time.valid > 0) return;
  ++left_out().figures;
  left_out().most_cores = std::max(left_out().most_cores, time.most_cores);
}

}  // namespace

Clock Clock::now() {
  return {seconds_on(CLOCK_MONOTONIC), seconds_on(CLOCK_PROCESS_CPUTIME_ID)};
}

std::vector<int> numbers_of_threads(const Device& device) {
  if (device.name() == "cuda") return {on_device};
  return {2, 1};
}

std::string threads_suffix(int threads) {
  return threads == on_device ? "" : fmt::format("_{}t", threads);
}

std::vector<Timing> times_in_turns(const std::vector<std::function<void()>>& functions, int threads,
                                   double seconds) {
  constexpr std::size_t least = 3;
  constexpr double patience = 4;
  std::vector<Samples> all;
  for (const auto& function : functions) all.emplace_back(function, threads);
  const double enough = seconds * static_cast<double>(functions.size());
  const auto complete = [&] {
    return std::ranges::all_of(all, [&](const Samples& samples) { return samples.valid() >= least; });
  };
  double spent = 0;
  while (spent < enough || (!complete() && (threads <= 1 || spent < patience * enough)))
    for (Samples& samples : all) spent += samples.take();
  std::vector<Timing> timings;
  for (const Samples& samples : all) timings.push_back(samples.timing());
  return timings;
}

double median(std::vector<double> samples) {
  const auto middle = samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2);
  std::nth_element(samples.begin(), middle, samples.end());
  return *middle;
}

bool wanted(const Settings& settings, const std::string& name) {
  const bool found = std::regex_search(name, settings.only);
  if (found && settings.list) fmt::print("{}\n", name);
  return found && !settings.list;
}

void print_figure(const std::string& name, double value, const char* unit) {
  fmt::print("{} {:.4g} {}\n", name, value, unit);
}

void print_time(const std::string& name, const Timing& time) {
  print_value(name, time, 1e3 * time.seconds, "ms");
}

void print_speed(const std::string& name, const Timing& time, double operations) {
  print_value(name, time, 1e-9 * operations / time.seconds, "GFLOP/s");
}

void print_ratio(const std::string& name, const Timing& ours, const Timing& other) {
  if (ours.valid > 0 && other.valid > 0) print_figure(name, other.seconds / ours.seconds, "ratio");
}

void print_left_out() {
  const LeftOut& sum = left_out();
  if (sum.figures == 0) return;
  fmt::print(stderr,
             "{} figures of two threads are left out: no sample had both cores (CPU time / wall was {:.2f} "
             "at most, and {:.2f} is asked for); let other jobs end, or give more --seconds\n",
             sum.figures, sum.most_cores, 2 * least_share);
}

void print_peak_memory(const Settings& settings) {
  if (!wanted(settings, "peak_memory")) return;
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  print_figure("peak_memory", static_cast<double>(used.ru_maxrss) / 1024, "MiB");
}

Tensor random_tensor(const Device& device, const Shape& shape, double low, double high) {
  Random random(7);
  std::vector<Real> values(static_cast<std::size_t>(shape.elements()));
  for (Real& value : values) value = static_cast<Real>(random.uniform(low, high));
  return Tensor::from(device, shape, values);
}

}  // namespace triptych::bench
