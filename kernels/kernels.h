#pragma once
#include <cstddef>
#include <cstdint>

#include "kernels/real.h"
#include "kernels/shapes.h"

namespace triptych {

struct Context;  // kernels/context.h: the first argument of every kernel

// The whole interface between mathematics and machine: one function pointer for each kernel of
// kernels/list.h, where the formula, the shapes and the layout stand above each name. A backend is a filled
// struct; kernels/backends.h lists those of this build, and kernels/reference/ is the judge of all others.
//
// The contract
//  - Arrays are row-major and contiguous; images are NHWC. Pointers are memory of the backend's own device.
//  - A forward kernel writes every element of its outputs, whatever they held before. A backward kernel ADDS
//    to the gradients it is given (dx, dw, ...), because a value that is used twice receives two
//    contributions; the few that assign say so. A null gradient is not computed.
//  - Outputs never overlap inputs, unless the comment says "may be in place".
//  - Sums are partitioned by shape, never by Context::threads: the same bits for any number of threads.
//  - A kernel agrees with the reference when |x - ref| <= 4 K eps sum |a||b|, K the length of the sum.
//  - NaN propagates: max(x, NaN) = NaN wherever a maximum is taken.
//  - Index arrays (int32) and masks (uint8) are trusted: the engine has checked them.
struct Kernels {
  const char* name;         // "reference", "cpu", ...
  const char* description;  // what was chosen for this machine, e.g. "AVX2, tiles of 6x16 and 4x24"

  bool host_memory;  // kernels also accept host pointers that `allocate` did not return, with any alignment

  // One pointer for each kernel; null where the backend does not have it (kernels/complete.h).
#define KERNEL(result, name, parameters) result(*name) parameters = nullptr;
#include "kernels/list.h"
};

}  // namespace triptych
