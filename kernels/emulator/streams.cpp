#include "kernels/emulator/streams.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "kernels/emulator/errors.h"
#include "kernels/emulator/executor.h"
#include "kernels/emulator/launch_log.h"
#include "kernels/emulator/options.h"
#include "kernels/emulator/schedule.h"

using namespace triptych::emulator;

// The last record of an event: the command after which it has happened.
struct EventState {
  TriptychStream* stream = nullptr;  // null: recorded and done, or never recorded
  std::chrono::steady_clock::time_point time;
};

struct Command {
  std::function<void()> run;
  std::shared_ptr<EventState> waits_for;  // cudaStreamWaitEvent: cannot run before that has happened
};

struct TriptychStream {
  bool blocking = true;  // the default stream waits for it, and it for the default stream
  std::deque<Command> commands;

  bool can_go_on() const {
    return !commands.empty() && !(commands.front().waits_for && commands.front().waits_for->stream);
  }
};

struct TriptychEvent {
  std::shared_ptr<EventState> state;  // each record has its own
};

namespace triptych::emulator {
namespace {

class Scheduler {
 public:
  // The mutex is held while commands run: one of them at a time, whichever OS thread waits.
  std::recursive_mutex mutex;
  std::vector<TriptychStream*> streams;
  TriptychStream default_stream;

  Scheduler() { streams.push_back(&default_stream); }

  TriptychStream& of(cudaStream_t stream) { return stream ? *stream : default_stream; }

  // The default stream and the blocking ones take turns: what is queued on one side runs before the other
  // side receives a command.
  void before_a_command_of(TriptychStream& stream) {
    if (&stream == &default_stream) {
      for (TriptychStream* other : streams)
        if (other->blocking && other != &stream) finish(*other);
    } else if (stream.blocking) {
      finish(default_stream);
    }
  }

  void finish(TriptychStream& stream) {
    run_until([&] { return stream.commands.empty(); });
  }

  template <class Done>
  void run_until(const Done& done) {
    while (!done()) run_one();
  }

  // Runs the next command of a random stream.
  void run_one() {
    std::vector<TriptychStream*> ready;
    for (TriptychStream* stream : streams)
      if (stream->can_go_on()) ready.push_back(stream);
    if (ready.empty()) throw Fault("every stream waits for an event that never happens");
    TriptychStream& stream = *ready[random().next() % ready.size()];
    const Command command = std::move(stream.commands.front());
    stream.commands.pop_front();
    if (command.run) command.run();
  }

 private:
  ScheduleRandom& random() {
    if (seed_ != options().stream_seed) random_ = ScheduleRandom(seed_ = options().stream_seed);
    return random_;
  }
  std::uint64_t seed_ = 0;
  ScheduleRandom random_;
};

Scheduler& scheduler() {
  static Scheduler& instance = *new Scheduler;  // contexts may outlive static objects
  return instance;
}

// Does what a call that waits does; the fault of a command that ran meanwhile is its error.
template <class Work>
cudaError_t waiting(const Work& work) {
  Scheduler& all = scheduler();
  const std::lock_guard lock(all.mutex);
  try {
    work(all);
    return cudaSuccess;
  } catch (const std::exception& fault) {
    return set_error(cudaErrorLaunchFailure, fault.what());
  }
}

void count_wait() {
  if (LaunchLog* log = current_log()) ++log->waits;
}

}  // namespace

bool commands_wait() {
  return options().stream_seed != 0;
}

void enqueue(cudaStream_t stream, std::function<void()> command) {
  if (!commands_wait()) return command();
  Scheduler& all = scheduler();
  const std::lock_guard lock(all.mutex);
  all.before_a_command_of(all.of(stream));
  all.of(stream).commands.push_back({std::move(command), nullptr});
}

void finish(cudaStream_t stream) {
  Scheduler& all = scheduler();
  const std::lock_guard lock(all.mutex);
  all.finish(all.of(stream));
}

void finish_all() {
  Scheduler& all = scheduler();
  const std::lock_guard lock(all.mutex);
  all.run_until(
      [&] { return std::ranges::all_of(all.streams, [](const auto* s) { return s->commands.empty(); }); });
}

}  // namespace triptych::emulator

// ---- streams ----------------------------------------------------------------------------------------------

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  *stream = new TriptychStream;
  (*stream)->blocking = !(flags & cudaStreamNonBlocking);
  const std::lock_guard lock(scheduler().mutex);
  scheduler().streams.push_back(*stream);
  return cudaSuccess;
}
cudaError_t cudaStreamCreate(cudaStream_t* stream) {
  return cudaStreamCreateWithFlags(stream, cudaStreamDefault);
}
cudaError_t cudaStreamCreateWithPriority(cudaStream_t* stream, unsigned flags, int) {
  return cudaStreamCreateWithFlags(stream, flags);
}
cudaError_t cudaDeviceGetStreamPriorityRange(int* least, int* greatest) {
  *least = *greatest = 0;
  return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  const cudaError_t error = waiting([&](Scheduler& all) { all.finish(*stream); });
  const std::lock_guard lock(scheduler().mutex);
  std::erase(scheduler().streams, stream);
  delete stream;
  return error;
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  count_wait();
  return waiting([&](Scheduler& all) { all.finish(all.of(stream)); });
}
cudaError_t cudaDeviceSynchronize() {
  count_wait();
  return waiting([](Scheduler&) { finish_all(); });
}
// Who asks again and again will get an answer: each question lets one command run.
cudaError_t cudaStreamQuery(cudaStream_t stream) {
  bool idle = false;
  const cudaError_t error = waiting([&](Scheduler& all) {
    idle = all.of(stream).commands.empty();
    if (!idle) all.run_one();
  });
  return error != cudaSuccess ? error : idle ? cudaSuccess : cudaErrorNotReady;
}
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  Scheduler& all = scheduler();
  const std::lock_guard lock(all.mutex);
  if (event->state && event->state->stream) all.of(stream).commands.push_back({nullptr, event->state});
  return cudaSuccess;
}

// ---- events -----------------------------------------------------------------------------------------------

cudaError_t cudaEventCreate(cudaEvent_t* event) {
  *event = new TriptychEvent{std::make_shared<EventState>()};
  (*event)->state->time = std::chrono::steady_clock::now();
  return cudaSuccess;
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  return cudaEventCreate(event);
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  const auto state = event->state = std::make_shared<EventState>();
  const auto happens = [state] {
    state->stream = nullptr;
    state->time = std::chrono::steady_clock::now();
  };
  if (commands_wait()) state->stream = &scheduler().of(stream);
  enqueue(stream, happens);
  return cudaSuccess;
}
cudaError_t cudaEventQuery(cudaEvent_t event) {
  bool happened = false;
  const cudaError_t error = waiting([&](Scheduler& all) {
    happened = !event->state->stream;
    if (!happened) all.run_one();
  });
  return error != cudaSuccess ? error : happened ? cudaSuccess : cudaErrorNotReady;
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  return waiting([&](Scheduler& all) { all.run_until([&] { return !event->state->stream; }); });
}
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t from, cudaEvent_t to) {
  if (from->state->stream || to->state->stream) return cudaErrorNotReady;
  *milliseconds = std::chrono::duration<float, std::milli>(to->state->time - from->state->time).count();
  return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return cudaSuccess;
}
