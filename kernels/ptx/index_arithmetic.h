#pragma once
#include "kernels/ptx/instruction.h"
#include "kernels/ptx/module.h"

namespace triptych::ptx {

// `x[row * ld]` with int row and ld: where the product does not fit, C++ leaves the result undefined, and a
// GPU reads somewhere else. PTX does not say which integers are signed: add.s32 also adds unsigned ones,
// which may wrap around. But an index that is widened with its sign (cvt.s64.s32, mul.wide.s32) is a signed
// one, and so are the sums and products that it is made of. These instructions are given a version that
// checks: "integer overflow: ...". Shifts are left alone, with all that they are made of: the compiler does
// not clear bits of which it knows that a shift drops them. `code` is the decoded kernel, from `first` on an
// instruction for each statement.
void check_index_arithmetic(const Kernel& kernel, Code& code, std::size_t first);

}  // namespace triptych::ptx
