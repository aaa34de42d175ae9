#include "kernels/ptx/report.h"

#include <fmt/format.h>

#include <algorithm>

namespace triptych::ptx {
namespace {

// "3.97", or "-" if the denominator is 0.
std::string ratio(std::uint64_t a, std::uint64_t b) {
  return b == 0 ? "-" : fmt::format("{:.2f}", static_cast<double>(a) / static_cast<double>(b));
}

constexpr const char* columns = "{:>12} {:>7} {:>6} {:>9} {:>9} {:>7} {:>9} {:>9}  {}\n";

std::string row(const Counts& counts, const std::string& last) {
  return fmt::format(columns, counts.issued, ratio(counts.threads, counts.multiply_adds),
                     ratio(counts.threads, counts.issued), counts.requests,
                     ratio(counts.sectors, counts.requests), ratio(counts.ideal_sectors, counts.requests),
                     ratio(counts.shared_words, counts.shared_requests),
                     counts.shared_requests ? fmt::format("{}", counts.extra_wavefronts()) : "-", last);
}

}  // namespace

std::string heading(const char* last) {
  return fmt::format("{:>12} {:>7} {:>6} {:>9} {:>9} {:>7} {:>9} {:>9}\n", "warp", "instr.", "busy", "global",
                     "sectors", "", "shared w.", "extra") +
         fmt::format(columns, "instructions", "per fma", "lanes", "requests", "/ request", "ideal",
                     "/ request", "wavefr.", last);
}

std::string kernel_rows(std::vector<Profile> profiles) {
  std::ranges::sort(profiles,
                    [](const Profile& a, const Profile& b) { return a.total.issued > b.total.issued; });
  std::string text;
  for (const Profile& profile : profiles)
    text += row(profile.total, profile.launches == 1
                                   ? profile.kernel
                                   : fmt::format("{} ({} launches)", profile.kernel, profile.launches));
  return text;
}

std::string line_table(const std::vector<Profile>& profiles, std::string_view kernel) {
  std::string text;
  for (const Profile& profile : profiles) {
    if (profile.kernel.find(kernel) == std::string::npos) continue;
    text += profile.kernel + "\n" + heading("source line");
    for (const auto& [line, counts] : profile.lines) text += row(counts, line.text());
    text += row(profile.total, "all");
  }
  return text;
}

}  // namespace triptych::ptx
