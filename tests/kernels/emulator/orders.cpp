// With TRIPTYCH_EMULATOR_ORDER=fuzz:N the emulator runs every launch in N orders of its threads. Of a trial's
// runs (tests/kernels/harness.h) the first one does: the others change addresses and what was in memory
// before, which the order has nothing to do with.
#include "kernels/emulator/options.h"
#include "tests/kernels/harness.h"

namespace triptych::emulator {
namespace {

[[maybe_unused]] const bool chooses_orders = [] {
  test::before_run = [](int number) {
    static const int schedules = options().schedules;
    options().schedules = number == 0 ? schedules : 1;
  };
  return true;
}();

}  // namespace
}  // namespace triptych::emulator
