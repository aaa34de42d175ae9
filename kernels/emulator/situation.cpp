// The description of a block's state in messages.
#include "kernels/emulator/block.h"

namespace triptych::emulator {
namespace {

std::string triple(const char* what, uint3 i) {
  return std::string(what) + " (" + std::to_string(i.x) + "," + std::to_string(i.y) + "," +
         std::to_string(i.z) + ")";
}

std::string text(Place place) {
  const std::string file = place.file ? place.file : "?";
  return file + ":" + std::to_string(place.line);
}

std::string state_in_words(const GpuThread& t) {
  switch (t.state) {
    case GpuThread::State::exited:
      return "has exited";
    case GpuThread::State::at_barrier:
      return "waits at the __syncthreads of " + text(t.place);
    case GpuThread::State::in_warp_operation:
      return "waits in the warp operation of " + text(t.place);
    case GpuThread::State::running:
      return "runs";
    default:
      return "could run";
  }
}

}  // namespace

std::string Block::where() const {
  std::string result = "kernel " + readable_name(*launch_) + ", " + triple("block", blockIdx);
  if (current_ < 0) return result;
  const GpuThread& t = threads_[current_];
  result += ", " + triple("thread", t.index);
  if (t.state == GpuThread::State::at_barrier || t.state == GpuThread::State::in_warp_operation)
    result += ", " + text(t.place);
  return result;
}

// " (thread (0,0,0) ..., thread (16,0,0) ...)": the first thread of each run of threads in the same state.
std::string Block::situation() const {
  constexpr int most_groups = 6;
  std::string result, before;
  int groups = 0;
  for (int i = 0; i < count_; ++i) {
    std::string now = state_in_words(threads_[i]);
    if (now == before) continue;
    if (++groups > most_groups) return " (" + result + ", ...)";
    result += (groups > 1 ? ", " : "") + triple("from thread", threads_[i].index) + " on: " + now;
    before = std::move(now);
  }
  return " (" + result + ")";
}

void Block::fault_no_thread_can_run() {
  bool in_warp = false, gone = false;
  for (int i = 0; i < count_; ++i) {
    in_warp |= threads_[i].state == GpuThread::State::in_warp_operation;
    gone |= threads_[i].state == GpuThread::State::exited;
  }
  // The fault is where the first of those that wait does.
  for (int i = count_ - 1; i >= 0; --i)
    if (threads_[i].state != GpuThread::State::exited) fault_place_ = threads_[i].place;
  if (in_warp) fault("missing lanes: a warp operation waits for lanes that never reach it" + situation());
  if (gone)
    fault("divergent barrier: some threads wait at __syncthreads and others have exited" + situation());
  fault("divergent barrier: threads wait at different __syncthreads" + situation());
}

}  // namespace triptych::emulator
