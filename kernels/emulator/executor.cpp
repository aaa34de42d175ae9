#include "kernels/emulator/executor.h"

#include "kernels/emulator/grid.h"
#include "kernels/emulator/submit.h"
#include "kernels/emulator/symbols.h"

namespace triptych::emulator {
namespace {

thread_local Engine engine = Engine::fibers;
Executor* interpreter = nullptr;
void (*open_interpreter)() = nullptr;

}  // namespace

void plug_in(Engine which, Executor& executor) {
  if (which == Engine::ptx) interpreter = &executor;
}

void plug_in_later(Engine which, void (*open)()) {
  if (which == Engine::ptx) open_interpreter = open;
}

EngineScope::EngineScope(Engine which) : before_(engine) {
  engine = which;
}

EngineScope::~EngineScope() {
  engine = before_;
}

Engine current_engine() {
  return engine;
}

Executor& current_executor() {
  if (engine == Engine::fibers) return fibers();
  if (!interpreter && open_interpreter) open_interpreter();
  if (!interpreter) throw Fault("the PTX interpreter is not part of this program");
  return *interpreter;
}

std::string readable_name(const Launch& launch) {
  return launch.name.empty() ? "without a name (the program was stripped of its symbols)"
                             : readable_symbol(launch.name);
}

}  // namespace triptych::emulator
