#pragma once
#include "kernels/emulator/executor.h"
#include "kernels/kernels.h"

// Two devices from one table: kernels/cuda, compiled by g++, fills one Kernels; `emulator` and `ptx` differ
// only in the engine that executes its launches. So each entry of a device's table opens an EngineScope and
// calls the entry of kernels/cuda.
namespace triptych::emulator {

template <Engine engine, auto Member>
struct Entry;

template <Engine engine, class Result, class... Parameters,
          Result (*Kernels::*Member)(Context&, Parameters...)>
struct Entry<engine, Member> {
  inline static Result (*next)(Context&, Parameters...);
  static Result call(Context& context, Parameters... parameters) {
    const EngineScope scope(engine);
    return next(context, static_cast<Parameters>(parameters)...);
  }
};

// The table of kernels/cuda (`shared`) as the device `name`, with launches executed by `engine`.
template <Engine engine>
Kernels device_table(const Kernels& shared, const char* name, const char* description) {
  Kernels table = shared;
  table.name = name;
  table.description = description;
#define KERNEL(result, member, parameters)                 \
  if (shared.member) {                                     \
    Entry<engine, &Kernels::member>::next = shared.member; \
    table.member = &Entry<engine, &Kernels::member>::call; \
  }
#include "kernels/list.h"
  return table;
}

}  // namespace triptych::emulator
