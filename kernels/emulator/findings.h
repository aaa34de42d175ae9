#pragma once
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

// Mistakes that a kernel survives. Usually the first one ends the launch (Fault). For a learner's file each
// is entered here and the kernel goes on, so that one run of the program finds the mistakes of all its
// kernels.
namespace triptych::emulator {

struct Finding {
  std::string kind;    // "race", "lost update", "uninitialised", "out of bounds", "divergent barrier", ...
  std::string kernel;  // readable; empty: of host code
  std::string place;   // "learner.cu:21", empty when unknown
  std::string other;   // of a race: the place of the earlier access
  std::string what;    // one sentence about the first of them
  std::uint64_t count = 1;
};

class Findings {
 public:
  // One entry for each kernel and pair of places; the entry of a lost update stands for the races of its
  // line.
  void add(Finding finding);
  const std::vector<Finding>& all() const { return found_; }

 private:
  std::mutex mutex_;
  std::vector<Finding> found_;
};

// Where mistakes are entered; null, as at first: they end the launch.
Findings* findings();
void collect_findings(Findings* into);

// The part of a message before its first colon, which is its kind.
std::string kind_of(const std::string& message);

// Two accesses that race, or one of memory that was never written, while a block runs: `at` and `other_at`
// are places of instructions, by whatever number the engine gives them.
struct Suspicion {
  const char* problem;
  std::uint64_t at, other_at;
  std::uint64_t count = 0;
  bool loses_update = false;  // the thread reads and writes the very word that the other one has written
  std::string details;        // of the first: " (thread (0,0,0) ...): byte 4 of 32 bytes"
};

// Those of a running block. References stay valid until clear().
class Suspicions {
 public:
  Suspicion& note(const char* problem, std::uint64_t at, std::uint64_t other_at);
  // Enters them, with sources from `place` (number -> "file:line"), and forgets them.
  template <class PlaceOf>
  void flush(const std::string& kernel, const PlaceOf& place) {
    for (Suspicion& s : all_) enter(s, kernel, place(s.at), s.other_at ? place(s.other_at) : std::string());
    all_.clear();
  }
  bool empty() const { return all_.empty(); }

 private:
  static void enter(const Suspicion& s, const std::string& kernel, std::string place, std::string other);
  std::vector<Suspicion> all_;
};

// The last words that a thread has read: does it write one of them, the two are one update.
class RecentReads {
 public:
  void note(std::uint64_t word) { words_[next_++ % kept] = word; }
  bool has(std::uint64_t word) const {
    for (const std::uint64_t w : words_)
      if (w == word) return true;
    return false;
  }
  void clear() { *this = {}; }

 private:
  static constexpr unsigned kept = 4;
  std::uint64_t words_[kept] = {};
  unsigned next_ = 0;
};

}  // namespace triptych::emulator
