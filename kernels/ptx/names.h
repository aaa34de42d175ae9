#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string_view>

#include "kernels/ptx/decode.h"
#include "kernels/ptx/instruction.h"

namespace triptych::ptx {

// Maps every name of one kernel: registers to rows, arrays to offsets, immediates to rows that are filled
// before the kernel starts.
class Names {
 public:
  // `functions` are those of the kernel's code; their addresses have names, too.
  Names(const Module& module, const Kernel& kernel, std::span<const Kernel* const> functions,
        const Addresses& variables, Code& code);
  // The names that follow are those of this function, number `number` of the code, or, with -1, of the
  // kernel.
  void enter(const Kernel& function, int number);
  // The slot of a parameter, an argument or a result of a function; null if the name is none.
  const Slot* find_slot(std::string_view name) const;

  struct Register {
    File file;
    Row row;
  };
  // Null when `name` is neither a register nor a special one such as %tid.x.
  const Register* find_register(std::string_view name);
  // The row, in `file`, of an operand: a register, an immediate, or the address of an array. Throws Fault if
  // the operand is a register of another width.
  Row row_of(const Operand& operand, File file);
  Row row_of(std::string_view name, File file);
  Row constant(std::uint64_t bits, File file);
  // Fills base and offset of an access from [base + offset].
  void resolve_address(const Operand& operand, Access& access);

 private:
  void declare(const ptx::Register& declared);
  void place_arrays(const Module& module, const Kernel& kernel, std::span<const Kernel* const> functions);
  void place_local(const Variable& variable);
  void place_in_frame(const Variable& variable, FunctionCode& function);
  Slot new_slot(std::string_view name, std::size_t bytes);
  void place_shared(const Variable& variable);
  Row new_row(File file);
  const Register* find_special(std::string_view name);

  Code& code_;
  std::map<std::string_view, Register> registers_;
  std::map<std::string_view, std::uint64_t> addresses_;  // arrays, parameters, variables of the module
  std::map<std::string_view, Slot> slots_;
  std::map<std::string_view, Row> frames_;  // arrays whose address is in a row
  std::map<std::pair<std::uint64_t, File>, Row> constants_;
};

}  // namespace triptych::ptx
