#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>

#include "apps/bench/stopwatch.h"
#include "engine/error.h"
#include "engine/random.h"
#include "reid/search/approximate.h"
#include "reid/search/nearest.h"
#include "reid/search/row_file.h"

namespace triptych::bench {
namespace {

constexpr Index top = 10, together = 32;
const std::string state(RowFile::state_characters, 'b');

// Unit vectors of random directions, a function of the row.
void random_row(std::uint64_t seed, Index row, Index size, float* to) {
  Random random = Random(seed).split(static_cast<std::uint64_t>(row));
  double squares = 0;
  for (Index k = 0; k < size; ++k) {
    to[k] = static_cast<float>(random.uniform(-1, 1));
    squares += static_cast<double>(to[k]) * static_cast<double>(to[k]);
  }
  for (Index k = 0; k < size; ++k)
    to[k] = static_cast<float>(static_cast<double>(to[k]) / std::sqrt(squares));
}

RowFile open_rows(const SearchSizes& sizes, const std::filesystem::path& path) {
  auto file = RowFile::open(path, state);
  if (!file || file->count() != sizes.rows || file->size() != sizes.size) {
    RowFile::write(path, state, sizes.rows, sizes.size,
                   [&](Index first, Index n, float* rows, std::int64_t* ids) {
                     for (Index i = 0; i < n; ++i)
                       random_row(1, first + i, sizes.size, rows + i * sizes.size), ids[i] = first + i;
                   });
    file = RowFile::open(path, state);
  }
  require(file.has_value(), "{} cannot be mapped", path.string());
  return *std::move(file);
}

Clock time_of_one(const std::function<void()>& body) {
  const Clock start = Clock::now();
  body();
  return Clock::now() - start;
}
double seconds_of(const std::function<void()>& body) {
  return time_of_one(body).wall;
}

// Times in turns, whatever else runs on the machine: a search waits for memory rather than for a core, and is
// compared with others in the same moments. Medians. `time`: of one thread that of its processor, which
// neighbours disturb least.
std::vector<double> in_turns(const std::vector<std::function<void()>>& functions, double seconds,
                             double Clock::*time) {
  std::vector<std::vector<double>> samples(functions.size());
  for (double spent = 0; spent < seconds * static_cast<double>(functions.size()) || samples[0].size() < 3;)
    for (std::size_t i = 0; i < functions.size(); ++i) {
      const Clock took = time_of_one(functions[i]);
      samples[i].push_back(took.*time);
      spent += took.wall;
    }
  std::vector<double> medians;
  for (std::vector<double>& one : samples) medians.push_back(median(std::move(one)));
  return medians;
}
std::vector<double> wall_in_turns(const std::vector<std::function<void()>>& functions, double seconds) {
  return in_turns(functions, seconds, &Clock::wall);
}

// Megabytes of this process that are resident now, without what only maps a file, and the most it ever had.
double resident_mib() {
  std::ifstream status("/proc/self/statm");
  double pages = 0, resident = 0;
  status >> pages >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}
double peak_mib() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_maxrss) / 1024;
}

// What FAISS has found of what an exact search has found, in percent.
double recall(const std::vector<std::vector<NearRow>>& exact, const std::vector<std::int64_t>& found) {
  Index there = 0, all = 0;
  for (std::size_t q = 0; q < exact.size(); ++q)
    for (const NearRow& row : exact[q]) {
      ++all;
      const auto begin = found.begin() + static_cast<std::ptrdiff_t>(q) * top;
      there += std::count(begin, begin + top, row.row);
    }
  return 100 * static_cast<double>(there) / static_cast<double>(all);
}

struct Temporary {
  std::filesystem::path path;
  bool kept;
  ~Temporary() {
    std::error_code code;
    if (!kept) std::filesystem::remove(path, code);
  }
};

}  // namespace

void measure_search(const Settings& settings, const SearchSizes& sizes) {
  const std::string name = fmt::format("search_{}x{}", sizes.rows, sizes.size);
  const std::vector<std::string> figures = {
      "_first_2t",          "_q1_2t",      "_q1_1t", "_q32_2t", "_memory", "_faiss_q1_2t", "_faiss_q32_2t",
      "_faiss_lists_q1_2t", "_faiss_q1_1t"};
  std::vector<bool> asked;
  for (const std::string& figure : figures) asked.push_back(wanted(settings, name + figure));
  if (std::ranges::none_of(asked, [](bool one) { return one; })) return;
  const bool own_file = !sizes.file.empty();
  const Temporary file{
      own_file ? std::filesystem::path(sizes.file)
               : std::filesystem::temp_directory_path() / fmt::format("triptych_search_{}.rows", getpid()),
      own_file};
  { const RowFile made = open_rows(sizes, file.path); }
  const Device device = Device::open("cpu");
  device.use_threads(2);
  std::vector<float> queries(static_cast<std::size_t>(together * sizes.size));
  for (Index q = 0; q < together; ++q) random_row(2, q, sizes.size, queries.data() + q * sizes.size);
  const auto query = std::span<const float>(queries).first(static_cast<std::size_t>(sizes.size));
  const double each = 1e3 / static_cast<double>(together);

  // In a mapping that nothing has touched, of a file in the system's cache: what a new process waits for.
  const RowFile rows = open_rows(sizes, file.path);
  const double first = seconds_of([&] { nearest_rows(device, rows, query, top); });
  if (asked[0]) print_figure(name + "_first_2t", 1e3 * first, "ms");
  const auto exact = nearest_rows(device, rows, queries, top);
  const auto own = [&] { nearest_rows(device, rows, query, top); };
  const auto own_together = [&] { nearest_rows(device, rows, queries, top); };
  if (asked[1]) print_figure(name + "_q1_2t", 1e3 * wall_in_turns({own}, settings.seconds)[0], "ms");
  if (asked[2]) {
    device.use_threads(1);
    print_figure(name + "_q1_1t", 1e3 * in_turns({own}, settings.seconds, &Clock::cpu)[0], "ms");
    device.use_threads(2);
  }
  if (asked[3])
    print_figure(name + "_q32_2t", each * wall_in_turns({own_together}, settings.seconds)[0], "ms");
  if (asked[4]) {
    print_figure(name + "_memory", resident_mib(), "MiB");
    print_figure(name + "_memory_peak", peak_mib(), "MiB");
  }

  if (!asked[5] && !asked[6] && !asked[7] && !asked[8]) return;
  std::string why;
  const FaissTable* faiss = open_faiss(why);
  if (!faiss) return fmt::print(stderr, "nothing is compared with FAISS: {}\n", why);
  faiss->use_threads(2);
  std::vector<float> distances(static_cast<std::size_t>(together * top));
  std::vector<std::int64_t> found(distances.size());
  const auto search = [&](void* index, Index probes, Index count) {
    require(faiss->search(index, probes, count, queries.data(), top, distances.data(), found.data()),
            "FAISS: {}", faiss->message());
  };
  if (asked[5] || asked[6] || asked[8]) {
    void* flat = faiss->flat(sizes.rows, sizes.size, rows.block(0, sizes.rows).rows);
    require(flat != nullptr, "FAISS: {}", faiss->message());
    if (asked[8]) {
      device.use_threads(1), faiss->use_threads(1);
      const auto times = in_turns({own, [&] { search(flat, 1, 1); }}, settings.seconds, &Clock::cpu);
      device.use_threads(2), faiss->use_threads(2);
      print_figure(name + "_faiss_q1_1t", 1e3 * times[1], "ms");
      print_figure(name + "_q1_1t_vs_faiss", times[1] / times[0], "ratio");
    }
    if (asked[5] || asked[6]) {
      const auto times =
          wall_in_turns({own, [&] { search(flat, 1, 1); }, own_together, [&] { search(flat, 1, together); }},
                        settings.seconds);
      search(flat, 1, together);
      print_figure(name + "_faiss_q1_2t", 1e3 * times[1], "ms");
      print_figure(name + "_q1_2t_vs_faiss", times[1] / times[0], "ratio");
      print_figure(name + "_faiss_q32_2t", each * times[3], "ms");
      print_figure(name + "_q32_2t_vs_faiss", times[3] / times[2], "ratio");
      print_figure(name + "_faiss_recall", recall(exact, found), "percent");
      print_figure(name + "_faiss_memory_peak", peak_mib(), "MiB");
    }
    faiss->close(flat);
  }
  if (asked[7]) {
    const double made = seconds_of([&] { ApproximateIndex(rows, file.path, state, device); });
    const ApproximateIndex lists(rows, file.path, state, device);
    print_figure(name + "_faiss_lists_made", 1e3 * made, "ms");
    for (const Index probes : {8, 64}) {
      const double time = wall_in_turns({[&] { lists.nearest(query, top, probes); }}, settings.seconds)[0];
      print_figure(fmt::format("{}_faiss_lists_{}_q1_2t", name, probes), 1e3 * time, "ms");
      print_figure(fmt::format("{}_faiss_lists_{}_recall", name, probes), 100 * lists.recall(top, probes),
                   "percent");
    }
    if (!own_file) std::filesystem::remove(file.path.string() + "." + state + ".faiss");
  }
}

}  // namespace triptych::bench
