#include "kernels/emulator/findings.h"

#include <algorithm>

namespace triptych::emulator {
namespace {

Findings* current = nullptr;

constexpr const char* lost_update = "lost update";

bool is_race(const std::string& kind) {
  return kind == "race" || kind == lost_update;
}

}  // namespace

Findings* findings() {
  return current;
}

void collect_findings(Findings* into) {
  current = into;
}

std::string kind_of(const std::string& message) {
  return message.substr(0, message.find(':'));
}

void Findings::add(Finding finding) {
  const std::lock_guard lock(mutex_);
  const auto same = std::ranges::find_if(found_, [&](const Finding& f) {
    return f.kernel == finding.kernel && f.place == finding.place && f.other == finding.other &&
           (f.kind == finding.kind || (is_race(f.kind) && is_race(finding.kind)));
  });
  if (same == found_.end()) return found_.push_back(std::move(finding));
  const std::uint64_t count = same->count + finding.count;
  if (same->kind != finding.kind && finding.kind == lost_update) *same = std::move(finding);
  same->count = count;
}

// All in one vector that is reserved at once: a block has few distinct ones, and callers keep references.
Suspicion& Suspicions::note(const char* problem, std::uint64_t at, std::uint64_t other_at) {
  constexpr std::size_t most = 256;
  all_.reserve(most);
  for (Suspicion& s : all_)
    if (s.problem == problem && s.at == at && s.other_at == other_at) return ++s.count, s;
  if (all_.size() == most) return ++all_.back().count, all_.back();
  all_.push_back({problem, at, other_at, 1, false, {}});
  return all_.back();
}

void Suspicions::enter(const Suspicion& s, const std::string& kernel, std::string place, std::string other) {
  std::string what = s.problem;
  std::string kind = kind_of(what);
  what.erase(0, std::min(what.size(), kind.size() + 2));
  if (s.loses_update && place == other) {
    kind = lost_update;
    what =
        "two threads read, change and write the same word, and one of the changes is lost: an atomic such "
        "as atomicAdd does it in one step";
  }
  findings()->add({kind, kernel, std::move(place), std::move(other), what + s.details, s.count});
}

}  // namespace triptych::emulator
