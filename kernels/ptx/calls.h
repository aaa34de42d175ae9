#pragma once
#include "kernels/ptx/instruction.h"
#include "kernels/ptx/module.h"

// Calls of device functions that nvcc did not inline.
//
// A function is a part of the Code of each kernel that may call it, before the kernel's own instructions: so
// its pcs are lower, and a group of lanes in a function runs to its end before the lanes that did not call it
// go on (warp.h). Each lane has a stack of frames, since lanes may come from different places. Arguments and
// results are passed in slots of the lane's local memory. A function that may call itself would lose its
// registers and slots to the inner call: there the caller's are kept in the frame.
namespace triptych::ptx {

// The functions that a kernel may call, directly or not, each before those that call it where that is
// possible.
std::vector<const Kernel*> functions_of(const Module& module, const Kernel& kernel);
// Whether `from` may come to call `to`.
bool may_reach(const Module& module, const Kernel& from, const Kernel& to);

// Flow::call: the lanes of the mask go to the function; the others wait behind the call.
void enter_function(Warp& warp, const Instruction& instruction, Mask group, Mask mask);
// Flow::exit within a function: each lane goes back to where it came from.
void leave_function(Warp& warp, Mask mask);

// Functions of the device's own library; detail is the call's number.
void print(Warp& warp, const Instruction& instruction, Mask mask);  // vprintf(format, arguments)
void fail_assert(Warp& warp, const Instruction& instruction,
                 Mask mask);  // __assertfail(message, file, line, ...)
void trap(Warp& warp, const Instruction& instruction, Mask mask);

// An address that stands for function `number` of a Code, in registers and tables.
inline constexpr std::uint64_t function_window = std::uint64_t{5} << 60;

}  // namespace triptych::ptx
