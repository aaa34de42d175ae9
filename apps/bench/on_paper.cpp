#include <fmt/format.h>

#include <algorithm>

#include "apps/bench/cards.h"
#include "apps/bench/stopwatch.h"
#include "engine/error.h"
#include "kernels/ptx/device.h"
#include "kernels/ptx/resources.h"

// A profiler on paper: what each kernel of a training step asks of a card that is not here. Launches, grids,
// sectors and wavefronts are counted by the PTX interpreter, registers are ptxas's; the times are estimates.
namespace triptych::bench {
namespace {

constexpr double sector_bytes = 32, warp_lanes = 32,
                 schedulers = 4;  // of a multiprocessor: one instruction each

// The least time of all launches of a row, in seconds, if nothing else stood in the way.
struct Estimate {
  double seconds = 0;
  const char* bound = "";  // "issue", "fma", "shared", "memory"
};

// A cycle of a multiprocessor: `schedulers` instructions of a warp, `lanes` multiply-adds, 128 bytes of
// shared memory (a wavefront). A grid smaller than the card leaves multiprocessors idle. Sectors count as if
// no access hit a cache, so the memory's share is an upper bound and what the others say a lower one.
Estimate estimate(const Card& card, const ptx::LaunchShape& shape, const ptx::Counts& counts) {
  const double busy = std::min<double>(card.multiprocessors, static_cast<double>(shape.grid.count()));
  const double cycles = busy * card.clock;
  const std::pair<double, const char*> terms[] = {
      {static_cast<double>(counts.issued) / (schedulers * cycles), "issue"},
      {static_cast<double>(counts.multiply_adds) / (card.lanes * cycles), "fma"},
      {static_cast<double>(counts.wavefronts) / cycles, "shared"},
      {static_cast<double>(counts.sectors) * sector_bytes / card.bandwidth, "memory"}};
  const auto& largest = *std::ranges::max_element(terms);
  return {largest.first, largest.second};
}

struct Row {
  std::string kernel;
  ptx::LaunchShape shape;
  ptx::Launches launches;
  ptx::Resources resources;
  Estimate least;
};

std::vector<Row> rows_of(const Card& card, const std::vector<ptx::Profile>& profiles) {
  const std::string folder = ptx::find_folder();
  const auto resources = ptx::resources(folder, card.architecture);
  require(!resources.empty(),
          "this build has no registers of {} code beside its PTX, in {}: build it with CUDA_ARCH='{}'",
          card.architecture, folder, std::string(card.architecture).substr(3));
  std::vector<Row> rows;
  for (const ptx::Profile& profile : profiles) {
    const auto found = resources.find(profile.mangled);
    require(found != resources.end(), "ptxas has not said how many registers {} takes: run 'make' again",
            profile.kernel);
    for (const auto& [shape, launches] : profile.shapes)
      rows.push_back({profile.kernel, shape, launches, found->second, estimate(card, shape, launches.total)});
  }
  std::ranges::sort(rows, [](const Row& a, const Row& b) { return a.least.seconds > b.least.seconds; });
  return rows;
}

std::string extent(const ptx::Triple& t) {
  return t.z > 1   ? fmt::format("{}x{}x{}", t.x, t.y, t.z)
         : t.y > 1 ? fmt::format("{}x{}", t.x, t.y)
                   : fmt::format("{}", t.x);
}

void print_row(const Card& card, const Row& row, double all) {
  const int threads = static_cast<int>(row.shape.block.count());
  const int shared = row.resources.shared_bytes + static_cast<int>(row.shape.dynamic_shared_bytes);
  const Occupancy held = occupancy(card, threads, row.resources.registers, shared);
  const double blocks = static_cast<double>(row.shape.grid.count()), warps = (threads + 31) / 32;
  // Of the warps that a multiprocessor can hold: those that fit, and of these those that the grid has.
  const double most_warps = card.threads / warp_lanes;
  const double there = std::min<double>(held.blocks, blocks / card.multiprocessors) * warps;
  const ptx::Counts& total = row.launches.total;
  fmt::print(
      "{:>8} {:>10} {:>7} {:>7.1f} {:>5} {:>7} {:>4.0f}% {:>4.0f}% {:>11} {:>11} {:>9.1f} {:>4.1f}% {:<6}  "
      "{}\n",
      row.launches.count, extent(row.shape.grid), threads, blocks / card.multiprocessors,
      row.resources.registers, shared, 100 * held.blocks * warps / most_warps, 100 * there / most_warps,
      total.sectors, total.wavefronts, 1e6 * row.least.seconds, 100 * row.least.seconds / all,
      row.least.bound, row.kernel);
}

}  // namespace

void profile_on_paper(const Settings& settings, const Device& device, const std::string& name, Index images) {
  const Card* card = find_card(name);
  if (!card) fail("--card {} is unknown; there are {}", name, fmt::join(card_names(), ", "));
  ptx::Interpreter& interpreter = ptx::device_interpreter();
  const auto step = default_training_step(device, images);
  interpreter.clear_profiles();
  interpreter.count(true);
  step();
  interpreter.count(false);
  std::vector<Row> rows = rows_of(*card, interpreter.profiles());
  std::erase_if(rows, [&](const Row& row) { return !std::regex_search(row.kernel, settings.only); });
  require(!rows.empty(), "--only finds no kernel of a training step; without it all are printed");
  double all = 0;
  std::uint64_t launches = 0;
  for (const Row& row : rows) all += row.least.seconds, launches += row.launches.count;
  fmt::print(
      "a default training step of {} images on paper: {}, {} multiprocessors, {:.2f} GHz, {:.0f} GB/s\n"
      "estimate: the largest of issued instructions, multiply-adds, wavefronts and sectors, each alone at "
      "the card's\n"
      "full rate, sectors as if no cache were there; nothing here was measured on a card\n",
      images, card->title, card->multiprocessors, 1e-9 * card->clock, 1e-9 * card->bandwidth);
  fmt::print("{:>8} {:>10} {:>7} {:>7} {:>5} {:>7} {:>5} {:>5} {:>11} {:>11} {:>9} {:>5} {:<6}  {}\n", "", "",
             "threads", "blocks", "regs", "shared", "fits", "there", "", "", "estimate", "", "", "");
  fmt::print("{:>8} {:>10} {:>7} {:>7} {:>5} {:>7} {:>5} {:>5} {:>11} {:>11} {:>9} {:>5} {:<6}  {}\n",
             "launches", "grid", "/ block", "/ SM", "", "bytes", "warps", "", "sectors", "wavefronts", "us",
             "share", "bound", "kernel");
  for (const Row& row : rows) print_row(*card, row, all);
  fmt::print("{:>8} launches, {:.1f} us by estimate, {} kernels and grids\n", launches, 1e6 * all,
             rows.size());
}

}  // namespace triptych::bench
