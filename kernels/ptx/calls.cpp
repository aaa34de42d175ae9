#include "kernels/ptx/calls.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstring>
#include <map>
#include <set>

#include "kernels/ptx/block.h"
#include "kernels/ptx/warp.h"

namespace triptych::ptx {
namespace {

constexpr std::size_t deepest = 1024;  // frames of a lane

const Kernel* find_function(const Module& module, std::string_view name) {
  const auto found = std::ranges::find(module.functions, name, &Kernel::name);
  return found == module.functions.end() ? nullptr : &*found;
}

// Called, or taken the address of.
std::vector<const Kernel*> mentioned(const Module& module, const Kernel& kernel) {
  std::vector<const Kernel*> found;
  const auto add = [&](std::string_view name) {
    const Kernel* const function = find_function(module, name);
    if (function && std::ranges::find(found, function) == found.end()) found.push_back(function);
  };
  bool is_indirect = false;
  for (const Statement& statement : kernel.statements) {
    for (const Operand& operand : statement.operands)
      for (const std::string_view name : operand.names) add(name);
    is_indirect |= statement.opcode.starts_with("call") && statement.operands.size() > 1 &&
                   statement.operands[1].names[0].starts_with("%");
  }
  // A function in a table may be called from wherever a register is.
  if (is_indirect)
    for (const Variable& variable : module.variables)
      for (const auto& [offset, name] : variable.addresses) add(name);
  return found;
}

void visit(const Module& module, const Kernel& kernel, std::set<const Kernel*>& seen,
           std::vector<const Kernel*>& order) {
  for (const Kernel* function : mentioned(module, kernel))
    if (seen.insert(function).second) {
      visit(module, *function, seen, order);
      order.push_back(function);
    }
}

std::byte* local_of(Warp& warp, int lane) {
  return warp.local.data() + static_cast<std::size_t>(lane) * warp.block->grid->code->local_bytes;
}

void copy_slots(Warp& warp, int lane, const std::vector<Slot>& from, const std::vector<Slot>& to) {
  std::byte* const local = local_of(warp, lane);
  for (std::size_t i = 0; i < std::min(from.size(), to.size()); ++i)
    std::memmove(local + to[i].offset, local + from[i].offset, std::min(from[i].bytes, to[i].bytes));
}

// ---- frames ----------------------------------------------------------------------------------------------

void keep(Warp& warp, int lane, const FunctionCode& caller, Frame& frame) {
  for (int r = caller.first_word; r < caller.last_word; ++r)
    frame.words.push_back(warp.words[static_cast<std::size_t>(r)].lane[lane]);
  for (int r = caller.first_long; r < caller.last_long; ++r)
    frame.longs.push_back(warp.longs[static_cast<std::size_t>(r)].lane[lane]);
  for (int r = caller.first_predicate; r < caller.last_predicate; ++r)
    frame.predicates.push_back(warp.predicates[static_cast<std::size_t>(r)] >> lane & 1);
  const std::byte* const local = local_of(warp, lane);
  frame.slots.assign(local + caller.first_slot, local + caller.last_slot);
}

void bring_back(Warp& warp, int lane, const FunctionCode& caller, const Frame& frame) {
  for (int r = caller.first_word; r < caller.last_word; ++r)
    warp.words[static_cast<std::size_t>(r)].lane[lane] =
        frame.words[static_cast<std::size_t>(r - caller.first_word)];
  for (int r = caller.first_long; r < caller.last_long; ++r)
    warp.longs[static_cast<std::size_t>(r)].lane[lane] =
        frame.longs[static_cast<std::size_t>(r - caller.first_long)];
  for (int r = caller.first_predicate; r < caller.last_predicate; ++r) {
    Mask& predicate = warp.predicates[static_cast<std::size_t>(r)];
    const Mask bit = Mask{frame.predicates[static_cast<std::size_t>(r - caller.first_predicate)]} << lane;
    predicate = (predicate & ~(Mask{1} << lane)) | bit;
  }
  std::ranges::copy(frame.slots, local_of(warp, lane) + caller.first_slot);
}

void enter(Warp& warp, int lane, const CallSite& site, int number) {
  const Code& code = *warp.block->grid->code;
  const FunctionCode& callee = code.functions[static_cast<std::size_t>(number)];
  std::vector<Frame>& frames = warp.frames[static_cast<std::size_t>(lane)];
  if (frames.size() >= deepest)
    warp.fail(lane, fmt::format("stack overflow: calls are nested more than {} deep", deepest));
  Frame& frame = frames.emplace_back();
  frame.pc = warp.pc;
  frame.function = number;
  if (site.keeps) keep(warp, lane, code.functions[static_cast<std::size_t>(site.caller)], frame);
  copy_slots(warp, lane, site.arguments, callee.parameters);
  if (callee.frame < 0) return;
  std::size_t& top = warp.stack_top[static_cast<std::size_t>(lane)];
  frame.stack_top = top;
  if (top + callee.frame_bytes > code.stack_bytes)
    warp.fail(lane,
              fmt::format("stack overflow: the arrays of its calls need more than {} bytes of local memory",
                          code.stack_bytes));
  warp.longs[static_cast<std::size_t>(callee.frame)].lane[lane] = code.stack_begin + top;
  top += callee.frame_bytes;
}

void add_group(Warp& warp, int pc, Mask mask) {
  for (Group& group : warp.groups)
    if (group.pc == pc) return void(group.mask |= mask);
  warp.groups.push_back({pc, mask});
}

// ---- printf ----------------------------------------------------------------------------------------------

// A parameter of the call at the running instruction, as the lane has stored it.
std::uint64_t argument(Warp& warp, const CallSite& site, std::size_t n, int lane) {
  std::uint64_t value = 0;
  const Slot& slot = site.arguments.at(n);
  std::memcpy(&value, local_of(warp, lane) + slot.offset, std::min<std::size_t>(slot.bytes, 8));
  return value;
}

// Bytes at a generic address, in local memory or in that of the module.
const std::byte* memory_at(Warp& warp, int lane, std::uint64_t address) {
  if (address - local_window < window_bytes) return local_of(warp, lane) + (address - local_window);
  return reinterpret_cast<const std::byte*>(address);
}

std::string text_at(Warp& warp, int lane, std::uint64_t address) {
  return reinterpret_cast<const char*>(memory_at(warp, lane, address));
}

// One conversion of a format, such as %5.2f, with its argument from the buffer.
std::string converted(const std::string& conversion, Warp& warp, int lane, const std::byte*& from) {
  const char kind = conversion.back();
  const auto take = [&]<class T>(T value) {
    const auto at = reinterpret_cast<std::uintptr_t>(from);
    from += (sizeof(T) - at % sizeof(T)) % sizeof(T);
    std::memcpy(&value, from, sizeof value);
    from += sizeof value;
    return value;
  };
  char text[512];
  const bool is_long = conversion.find('l') != std::string::npos || conversion.find('z') != std::string::npos;
  if (std::string_view("eEfFgGaA").find(kind) != std::string_view::npos)
    std::snprintf(text, sizeof text, conversion.c_str(), take(0.0));
  else if (kind == 's')
    std::snprintf(text, sizeof text, conversion.c_str(), text_at(warp, lane, take(std::uint64_t{0})).c_str());
  else if (kind == 'p')
    std::snprintf(text, sizeof text, conversion.c_str(), reinterpret_cast<void*>(take(std::uint64_t{0})));
  else if (is_long)
    std::snprintf(text, sizeof text, conversion.c_str(), take(0ll));
  else
    std::snprintf(text, sizeof text, conversion.c_str(), take(0));
  return text;
}

}  // namespace

std::vector<const Kernel*> functions_of(const Module& module, const Kernel& kernel) {
  std::set<const Kernel*> seen;
  std::vector<const Kernel*> order;
  visit(module, kernel, seen, order);
  return order;
}

bool may_reach(const Module& module, const Kernel& from, const Kernel& to) {
  return std::ranges::count(functions_of(module, from), &to) > 0;
}

void enter_function(Warp& warp, const Instruction& instruction, Mask group, Mask mask) {
  const Code& code = *warp.block->grid->code;
  const CallSite& site = code.call_sites[static_cast<std::size_t>(instruction.detail)];
  for (Mask rest = mask; rest; rest &= rest - 1) {
    const int lane = std::countr_zero(rest);
    int number = site.function;
    if (number < 0) {  // by a pointer
      const std::uint64_t address = warp.longs[static_cast<std::size_t>(instruction.sources[0])].lane[lane];
      number = -1;
      if (address - function_window < code.functions.size())
        number = static_cast<int>(address - function_window);
      if (number < 0) warp.fail(lane, fmt::format("calls {:#x}, which is no function", address));
    }
    enter(warp, lane, site, number);
    add_group(warp, code.functions[static_cast<std::size_t>(number)].entry, Mask{1} << lane);
  }
  if (const Mask stays = group & ~mask) add_group(warp, warp.pc + 1, stays);
}

void leave_function(Warp& warp, Mask mask) {
  const Code& code = *warp.block->grid->code;
  for (Mask rest = mask; rest; rest &= rest - 1) {
    const int lane = std::countr_zero(rest);
    std::vector<Frame>& frames = warp.frames[static_cast<std::size_t>(lane)];
    const Frame frame = std::move(frames.back());
    frames.pop_back();
    const FunctionCode& callee = code.functions[static_cast<std::size_t>(frame.function)];
    const CallSite& site = code.call_sites[static_cast<std::size_t>(
        code.instructions[static_cast<std::size_t>(frame.pc)].detail)];
    if (callee.frame >= 0) warp.stack_top[static_cast<std::size_t>(lane)] = frame.stack_top;
    // The results outlive the caller's slots, which are brought back first.
    std::vector<std::byte> results;
    for (const Slot& slot : callee.results) {
      const std::byte* const local = local_of(warp, lane) + slot.offset;
      results.insert(results.end(), local, local + slot.bytes);
    }
    if (site.keeps) bring_back(warp, lane, code.functions[static_cast<std::size_t>(site.caller)], frame);
    std::size_t at = 0;
    for (std::size_t i = 0; i < std::min(site.results.size(), callee.results.size()); ++i) {
      std::memcpy(local_of(warp, lane) + site.results[i].offset, results.data() + at,
                  std::min(site.results[i].bytes, callee.results[i].bytes));
      at += callee.results[i].bytes;
    }
    add_group(warp, frame.pc + 1, Mask{1} << lane);
  }
}

void print(Warp& warp, const Instruction& instruction, Mask mask) {
  const CallSite& site = warp.block->grid->code->call_sites[static_cast<std::size_t>(instruction.detail)];
  for (Mask rest = mask; rest; rest &= rest - 1) {
    const int lane = std::countr_zero(rest);
    const std::string format = text_at(warp, lane, argument(warp, site, 0, lane));
    const std::uint64_t buffer = argument(warp, site, 1, lane);
    const std::byte* from = buffer ? memory_at(warp, lane, buffer) : nullptr;
    std::string text;
    for (std::size_t i = 0; i < format.size(); ++i) {
      if (format[i] != '%') {
        text += format[i];
      } else if (format.substr(i, 2) == "%%") {
        text += format[i++];
      } else {
        const std::size_t end = format.find_first_of("diouxXcsfFeEgGaAp", i + 1);
        if (end == std::string::npos) break;
        text += converted(format.substr(i, end + 1 - i), warp, lane, from);
        i = end;
      }
    }
    std::fwrite(text.data(), 1, text.size(), stdout);
    for (const Slot& slot : site.results) {
      const int written = static_cast<int>(text.size());
      std::memcpy(local_of(warp, lane) + slot.offset, &written, sizeof written);
    }
  }
}

void fail_assert(Warp& warp, const Instruction& instruction, Mask mask) {
  const CallSite& site = warp.block->grid->code->call_sites[static_cast<std::size_t>(instruction.detail)];
  const int lane = std::countr_zero(mask);
  warp.fail(lane,
            fmt::format("assertion: '{}' does not hold", text_at(warp, lane, argument(warp, site, 0, lane))));
}

void trap(Warp& warp, const Instruction&, Mask mask) {
  warp.fail(std::countr_zero(mask), "trap: the kernel calls __trap()");
}

}  // namespace triptych::ptx
