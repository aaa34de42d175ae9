#pragma once
#include "kernels/real.h"

namespace triptych {

// The data caches of a core, in bytes. l3 is what all cores of its group share.
struct Caches {
  Index l1, l2, l3;
};

// As the processor reports them, read once; where it reports nothing, 32 KiB, 512 KiB and 4 MiB.
const Caches& caches();

// The caches that `folder` describes, one subfolder index0, index1, ... each with files `level`, `type` and
// `size`, as Linux has them in /sys/devices/system/cpu/cpu0/cache; 0 for a level that is not there.
Caches caches_in(const char* folder);

}  // namespace triptych
