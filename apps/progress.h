#pragma once
#include <chrono>
#include <memory>
#include <string>

#include "reid/experiment/watcher.h"

namespace triptych {

// How far long work has come: on a terminal a bar on stderr with the time that is left, elsewhere a plain
// line now and then.
class Progress {
 public:
  Progress(std::string what, Index total, Index already_done = 0);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void update(Index done);
  // A line of the output proper, on stdout; the bar makes room for it.
  void print(const std::string& line);
  void clear();  // takes the bar away

 private:
  using Clock = std::chrono::steady_clock;

  std::string what_;
  Index total_, first_;
  bool terminal_, drawn_ = false;
  Clock::time_point start_, last_;
};

// Shows what an experiment reports: lines on stdout, a Progress for each piece of work, and Ctrl-C stops it.
class Printer {
 public:
  Watcher watcher();  // for as long as the printer lives
  void clear() { progress_.reset(); }

 private:
  std::string what_;
  std::unique_ptr<Progress> progress_;
};

// "42 s", "3 min 20 s", "2 h 05 min"
std::string duration_text(double seconds);

}  // namespace triptych
