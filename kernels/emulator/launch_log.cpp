#include "kernels/emulator/launch_log.h"

namespace triptych::emulator {
namespace {

LaunchLog* log_of_process = nullptr;
bool dry_run = false;

}  // namespace

Recording::Recording(LaunchLog& log, bool dry) {
  log_of_process = &log;
  dry_run = dry;
}

Recording::~Recording() {
  log_of_process = nullptr;
  dry_run = false;
}

LaunchLog* current_log() {
  return log_of_process;
}

bool is_dry() {
  return dry_run;
}

}  // namespace triptych::emulator
