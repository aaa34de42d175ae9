#include "kernels/ptx/operations.h"

namespace triptych::ptx {

const Operation* find_operation(const std::string& opcode) {
  static const Operations table = [] {
    Operations operations;
    add_integer_operations(operations);
    add_floating_operations(operations);
    add_conversions(operations);
    add_comparisons(operations);
    add_half_operations(operations);
    return operations;
  }();
  const auto found = table.find(opcode);
  return found == table.end() ? nullptr : &found->second;
}

}  // namespace triptych::ptx
