#include "apps/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "apps/interrupt.h"

namespace triptych {

std::string duration_text(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

Progress::Progress(std::string what, Index total, Index already_done)
    : what_(std::move(what)),
      total_(total),
      first_(already_done),
      terminal_(isatty(STDERR_FILENO) != 0),
      start_(Clock::now()),
      last_(start_) {}

void Progress::update(Index done) {
  constexpr double redraw = 0.1, plain_line = 20;  // seconds between two
  const auto now = Clock::now();
  if (std::chrono::duration<double>(now - last_).count() < (terminal_ ? redraw : plain_line)) return;
  last_ = now;
  const double elapsed = std::chrono::duration<double>(now - start_).count();
  const double left =
      done > first_ ? elapsed * static_cast<double>(total_ - done) / static_cast<double>(done - first_) : 0;
  if (!terminal_) {
    std::fputs(fmt::format("{}: {} of {}, {} left\n", what_, done, total_, duration_text(left)).c_str(),
               stderr);
    return;
  }
  constexpr Index width = 30;
  const auto filled = static_cast<std::size_t>(total_ > 0 ? width * done / total_ : width);
  const std::string bar =
      std::string(filled, '#') + std::string(static_cast<std::size_t>(width) - filled, '.');
  std::fputs(
      fmt::format("\r\x1b[K{} [{}] {} of {}, {} left", what_, bar, done, total_, duration_text(left)).c_str(),
      stderr);
  std::fflush(stderr);
  drawn_ = true;
}

// A reader of the output that has gone must not end a training that has something to save: std::fputs, which
// does not throw.
void Progress::print(const std::string& line) {
  clear();
  std::fputs((line + "\n").c_str(), stdout);
  std::fflush(stdout);
}

Watcher Printer::watcher() {
  Watcher watcher;
  watcher.on_line = [this](const std::string& line) {
    const std::string text = line.ends_with('\n') ? line.substr(0, line.size() - 1) : line;
    if (progress_) return progress_->print(text);
    fmt::print("{}\n", text);
    std::fflush(stdout);
  };
  watcher.on_progress = [this](const std::string& what, Index done, Index total) {
    if (!progress_ || what != what_) progress_ = std::make_unique<Progress>(what_ = what, total, done);
    progress_->update(done);
    if (done >= total) progress_.reset();
  };
  watcher.stop = &interrupt_flag();
  return watcher;
}

void Progress::clear() {
  if (drawn_) std::fputs("\r\x1b[K", stderr);
  drawn_ = false;
}

}  // namespace triptych
