#include "kernels/emulator/access_counts.h"

#include <algorithm>

namespace triptych::emulator {
namespace {

constexpr std::size_t most_warps = 32, most_threads = 1024;

}  // namespace

void AccessCounts::note(const void* at, int thread, std::uint64_t address, int bytes, bool shared) {
  if (noted_ >= most_noted) return;
  ++noted_;
  Site& site = sites_[at];
  if (site.count.empty()) {
    site.count.resize(most_threads);
    site.of_warp.resize(most_warps);
  }
  site.bytes = bytes;
  site.shared = shared;
  const auto warp = static_cast<std::size_t>(thread) / ptx::lanes;
  const std::size_t number = site.count[static_cast<std::size_t>(thread)]++;
  std::vector<Request>& waiting = site.of_warp[warp];
  if (number >= waiting.size()) waiting.resize(number + 1);
  Request& request = waiting[number];
  request.addresses[thread % ptx::lanes] = address;
  request.mask |= ptx::Mask{1} << (thread % ptx::lanes);
}

void AccessCounts::complete(const void* at, const Site& site, const Request& request) {
  if (!request.mask) return;
  ptx::Counts& counts = counts_[at];
  if (site.shared)
    ptx::count_shared(counts, request.addresses, request.mask, site.bytes);
  else
    ptx::count_global(counts, request.addresses, request.mask, site.bytes);
}

void AccessCounts::finish_block() {
  for (auto& [at, site] : sites_) {
    for (std::vector<Request>& waiting : site.of_warp) {
      for (const Request& request : waiting) complete(at, site, request);
      waiting.clear();
    }
    std::fill(site.count.begin(), site.count.end(), 0);
  }
}

}  // namespace triptych::emulator
