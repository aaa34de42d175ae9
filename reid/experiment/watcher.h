#pragma once
#include <atomic>
#include <functional>
#include <string>

#include "engine/stop.h"
#include "kernels/real.h"

namespace triptych {

// What an experiment reports while it runs, and how it is stopped. Everything is optional; callbacks are
// invoked by the thread that runs the experiment.
struct Watcher {
  std::function<void(const std::string& line)> on_line;
  std::function<void(const std::string& what, Index done, Index total)> on_progress;
  std::function<void()> on_start;           // a training is about to write its first file
  const std::atomic<bool>* stop = nullptr;  // set from outside: finish the step, save, throw Interrupted

  void say(const std::string& line) const {
    if (on_line) on_line(line);
  }
  void progress(const std::string& what, Index done, Index total) const {
    if (on_progress) on_progress(what, done, total);
  }
  bool stopped() const { return stop && *stop; }
};

}  // namespace triptych
