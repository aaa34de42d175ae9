#include "kernels/ptx/index_arithmetic.h"

#include <bit>
#include <map>

#include "kernels/ptx/lanes.h"
#include "kernels/ptx/warp.h"

namespace triptych::ptx {
namespace {

using i32 = std::int32_t;
using i64 = std::int64_t;

[[noreturn]] void fail_overflow(const Warp& warp, int lane) {
  warp.fail(lane,
            "integer overflow: the result of an index in 32 bits does not fit, which is undefined; widen an "
            "operand first, as in Index(row) * distance");
}

// An operation whose exact result, computed in 64 bits, must fit into 32.
template <class Function, std::size_t... N>
TRIPTYCH_INTO void execute_checked(Warp& warp, const Instruction& i, Mask mask, Function exact,
                                   std::index_sequence<N...>) {
  const Source<i32> sources[] = {Source<i32>(warp, i.sources[N])...};
  std::uint32_t* const result = warp.words[static_cast<std::size_t>(i.result)].lane;
  std::uint32_t wrong = 0;
#pragma omp simd reduction(| : wrong)
  for (int l = 0; l < lanes; ++l) {
    const i64 value = exact(static_cast<i64>(sources[N][l])...);
    const std::uint32_t here = mask & lane_bits.lane[l];
    wrong |= static_cast<i32>(value) != value ? here : 0;
    result[l] = here ? static_cast<std::uint32_t>(value) : result[l];
  }
  if (wrong) fail_overflow(warp, std::countr_zero(wrong));
}

template <int count, class Function>
struct Checked {
  static void execute(Warp& warp, const Instruction& i, Mask mask) {
    execute_checked(warp, i, mask, Function{}, std::make_index_sequence<count>{});
  }
  TRIPTYCH_LANES static void execute_lanes(Warp& warp, const Instruction& i, Mask mask) {
    execute_checked(warp, i, mask, Function{}, std::make_index_sequence<count>{});
  }
};

template <int count, class Function>
Execute checked(Function) {
  return has_wide_lanes() ? Checked<count, Function>::execute_lanes : Checked<count, Function>::execute;
}

// Null: not an operation that an index is computed with.
Execute checked_version(std::string_view opcode) {
  if (opcode == "add.s32") return checked<2>([](i64 a, i64 b) { return a + b; });
  if (opcode == "sub.s32") return checked<2>([](i64 a, i64 b) { return a - b; });
  if (opcode == "mul.lo.s32") return checked<2>([](i64 a, i64 b) { return a * b; });
  if (opcode == "mad.lo.s32") return checked<3>([](i64 a, i64 b, i64 c) { return a * b + c; });
  return nullptr;
}

bool passes_on(std::string_view opcode) {
  return opcode == "mov.u32" || opcode == "mov.b32" || opcode == "mov.s32" || opcode == "selp.b32" ||
         opcode == "selp.s32" || opcode == "min.s32" || opcode == "max.s32";
}

bool widens_with_sign(std::string_view opcode) {
  return opcode == "cvt.s64.s32" || opcode == "mul.wide.s32" || opcode == "mad.wide.s32";
}

}  // namespace

void check_index_arithmetic(const Kernel& kernel, Code& code, std::size_t first) {
  std::multimap<std::string_view, std::size_t> definitions;  // register -> statements that write it
  std::vector<std::string_view> indices;                     // registers still to be followed
  const auto follow_sources = [&](const Statement& s, std::size_t last) {
    for (std::size_t n = 1; n <= last && n < s.operands.size(); ++n)
      if (s.operands[n].kind == Operand::Kind::name) indices.push_back(s.operands[n].names[0]);
  };
  for (std::size_t s = 0; s < kernel.statements.size(); ++s) {
    const Statement& statement = kernel.statements[s];
    if (statement.operands.size() < 2 || statement.operands[0].kind != Operand::Kind::name) continue;
    definitions.emplace(statement.operands[0].names[0], s);
    if (widens_with_sign(statement.opcode)) follow_sources(statement, 2);
  }
  std::vector<bool> seen(kernel.statements.size());
  while (!indices.empty()) {
    const std::string_view index = indices.back();
    indices.pop_back();
    const auto [begin, end] = definitions.equal_range(index);
    for (auto definition = begin; definition != end; ++definition) {
      const std::size_t s = definition->second;
      if (seen[s]) continue;
      seen[s] = true;
      const Statement& statement = kernel.statements[s];
      const Execute execute = checked_version(statement.opcode);
      if (execute) code.instructions[first + s].execute = execute;
      if (execute || passes_on(statement.opcode)) follow_sources(statement, 3);
    }
  }
}

}  // namespace triptych::ptx
