#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/ptx/fault.h"
#include "kernels/ptx/instruction.h"
#include "kernels/ptx/module.h"

namespace triptych::ptx {

// "ld.global.nc.v4.f32" and its parts.
struct Opcode {
  std::string_view text;
  std::vector<std::string_view> parts;

  explicit Opcode(std::string_view opcode) : text(opcode) {
    for (std::size_t begin = 0; begin <= opcode.size();) {
      const std::size_t end = std::min(opcode.find('.', begin), opcode.size());
      parts.push_back(opcode.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  std::string_view head() const { return parts.front(); }
  bool has(std::string_view part) const { return std::ranges::find(parts, part) != parts.end(); }
  ScalarType type() const {
    ScalarType found;
    if (!parse_type(parts.back(), found)) fault("its type is unknown");
    return found;
  }
  // The value of the first name of `choices` that is one of the parts.
  template <class Value>
  Value choose(std::initializer_list<std::pair<std::string_view, Value>> choices) const {
    for (const auto& [name, value] : choices)
      if (has(name)) return value;
    fault("this variant of {} is not known", head());
  }
  // The opcode without one of its parts: "setp.lt.and.s32" -> "setp.lt.s32".
  std::string without(std::string_view part) const {
    std::string text;
    for (std::string_view p : parts)
      if (p != part) text += (text.empty() ? "" : ".") + std::string(p);
    return text;
  }
};

inline const Operand& operand(const Statement& statement, std::size_t n) {
  if (n >= statement.operands.size()) fault("it has too few operands");
  return statement.operands[n];
}

// Of a memory instruction.
inline Space space_of(const Opcode& opcode) {
  if (opcode.has("shared") || opcode.has("shared::cta")) return Space::shared;
  if (opcode.has("local")) return Space::local;
  if (opcode.has("param")) return Space::parameter;
  if (opcode.has("global") || opcode.has("const")) return Space::global;
  return Space::generic;
}

}  // namespace triptych::ptx
