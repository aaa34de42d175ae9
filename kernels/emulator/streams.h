#pragma once
#include <cstddef>
#include <functional>
#include <memory>

#include "kernels/emulator/runtime.h"

// Streams: queues of commands (launches, copies, fills, events). The host goes on while they wait; a GPU runs
// those of one stream in order, and those of several streams in any order that events allow.
//
// Usually a command runs at once, the simplest legal order. With options().stream_seed it waits in its queue
// until the host waits for it, and then a random one of the streams that can go on does so, again and again,
// until what the host waits for has happened. So host code that does not wait where it must reads memory that
// has not been written yet.
namespace triptych::emulator {

// Runs the command, now or when the stream comes to it. It throws Fault: at once from here when it runs at
// once, else from the call that waits.
void enqueue(cudaStream_t stream, std::function<void()> command);

// Returns when the stream has nothing left to do.
void finish(cudaStream_t stream);
// The same for all streams.
void finish_all();

// Whether commands wait in their queues.
bool commands_wait();

}  // namespace triptych::emulator
