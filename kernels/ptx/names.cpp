#include "kernels/ptx/names.h"

#include <algorithm>
#include <charconv>

#include "kernels/ptx/calls.h"
#include "kernels/ptx/fault.h"
#include "kernels/ptx/number.h"

namespace triptych::ptx {
namespace {

// Gap between arrays in shared memory, so that an access beyond the end of one is detected and does not reach
// the next. A multiple of 128 bytes, so that every element stays in its bank.
constexpr std::size_t gap = 128;

// Local memory of a lane for the arrays of the functions that it is in.
constexpr std::size_t stack_of_functions = 16 << 10;

std::size_t round_up(std::size_t value, std::size_t step) {
  return (value + step - 1) / step * step;
}

File file_of(const ScalarType& type) {
  return type.kind == 'p' ? File::predicates : type.bytes == 8 ? File::longs : File::words;
}

using enum Code::Special;
constexpr std::pair<std::string_view, Code::Special> specials[] = {
    {"%tid.x", tid_x},
    {"%tid.y", tid_y},
    {"%tid.z", tid_z},
    {"%ntid.x", ntid_x},
    {"%ntid.y", ntid_y},
    {"%ntid.z", ntid_z},
    {"%ctaid.x", ctaid_x},
    {"%ctaid.y", ctaid_y},
    {"%ctaid.z", ctaid_z},
    {"%nctaid.x", nctaid_x},
    {"%nctaid.y", nctaid_y},
    {"%nctaid.z", nctaid_z},
    {"%laneid", laneid},
    {"%warpid", warpid},
    {"%lanemask_eq", lanemask_eq},
    {"%lanemask_lt", lanemask_lt},
    {"%lanemask_le", lanemask_le},
    {"%lanemask_gt", lanemask_gt},
    {"%lanemask_ge", lanemask_ge},
    {"%dynamic_smem_size", dynamic_shared_bytes}};

bool mentions(const Kernel& kernel, std::string_view name) {
  const auto has = [&](const Operand& operand) {
    return std::ranges::find(operand.names, name) != operand.names.end();
  };
  return std::ranges::any_of(kernel.statements, [&](const Statement& statement) {
    return std::ranges::any_of(statement.operands, has);
  });
}

}  // namespace

Names::Names(const Module& module, const Kernel& kernel, std::span<const Kernel* const> functions,
             const Addresses& variables, Code& code)
    : code_(code) {
  for (const auto& [name, address] : variables) addresses_[name] = address;
  for (const Parameter& parameter : kernel.parameters) addresses_[parameter.name] = parameter.offset;
  for (std::size_t f = 0; f < functions.size(); ++f) addresses_[functions[f]->name] = function_window + f;
  place_arrays(module, kernel, functions);
  for (const Kernel* function : functions) code_.functions.emplace_back().name = function->name;
}

void Names::enter(const Kernel& function, int number) {
  registers_.clear();
  slots_.clear();
  frames_.clear();
  FunctionCode own;  // of the kernel: nothing asks for it
  FunctionCode& code = number >= 0 ? code_.functions[static_cast<std::size_t>(number)] : own;
  code.first_word = code_.words, code.first_long = code_.longs, code.first_predicate = code_.predicates;
  for (const ptx::Register& declared : function.registers) declare(declared);
  code.first_slot = code_.local_bytes;
  if (number >= 0) {
    for (const Parameter& p : function.parameters) new_slot(p.name, p.bytes);
    for (const Parameter& p : function.results) new_slot(p.name, p.bytes);
    code.parameters.clear(), code.results.clear();
    for (const Parameter& p : function.parameters) code.parameters.push_back(slots_.at(p.name));
    for (const Parameter& p : function.results) code.results.push_back(slots_.at(p.name));
  }
  for (const Variable& variable : function.variables)
    if (variable.space == Variable::Space::parameter) new_slot(variable.name, variable.bytes);
  code.last_slot = code_.local_bytes;
  for (const Variable& variable : function.variables) {
    if (variable.space != Variable::Space::local) continue;
    if (number >= 0)
      place_in_frame(variable, code);
    else
      place_local(variable);
  }
  code.last_word = code_.words, code.last_long = code_.longs, code.last_predicate = code_.predicates;
}

// Several calls may have slots of the same name, one after the other: the largest does for all.
Slot Names::new_slot(std::string_view name, std::size_t bytes) {
  constexpr std::size_t alignment = 16;
  if (const auto found = slots_.find(name); found != slots_.end() && found->second.bytes >= bytes)
    return found->second;
  code_.local_bytes = round_up(code_.local_bytes, alignment);
  const Slot slot{code_.local_bytes, bytes};
  code_.local_bytes += bytes;
  code_.local_arrays.push_back({name, slot.offset, bytes});
  return slots_[name] = slot;
}

const Slot* Names::find_slot(std::string_view name) const {
  const auto found = slots_.find(name);
  return found == slots_.end() ? nullptr : &found->second;
}

// The arrays of a function: each call has its own, at the top of the lane's stack.
void Names::place_in_frame(const Variable& variable, FunctionCode& function) {
  if (function.frame_bytes > 0)
    fault("{} has two local arrays, of which this interpreter knows one", function.name);
  function.frame = new_row(File::longs);
  function.frame_bytes = round_up(variable.bytes, 16);
  frames_[variable.name] = function.frame;
  code_.stack_bytes = stack_of_functions;
}

Row Names::new_row(File file) {
  return file == File::words ? code_.words++ : file == File::longs ? code_.longs++ : code_.predicates++;
}

// %r<42> declares %r0 ... %r41. The single names are not in the text: only the first row is recorded, under
// the prefix, and find_register() splits names.
void Names::declare(const ptx::Register& declared) {
  const File file = file_of(declared.type);
  if (declared.count == 0) {
    registers_[declared.prefix] = {file, new_row(file)};
    return;
  }
  const Row first = new_row(file);
  for (int i = 1; i < declared.count; ++i) new_row(file);
  registers_[declared.prefix] = {file, first};
}

void Names::place_arrays(const Module& module, const Kernel& kernel,
                         std::span<const Kernel* const> functions) {
  const auto place = [&](const Kernel& code) {
    for (const Variable& variable : code.variables)
      if (variable.space == Variable::Space::shared) place_shared(variable);
  };
  place(kernel);
  for (const Kernel* function : functions) place(*function);
  // Arrays of device functions that several kernels use are declared in the module. `extern __shared__`
  // arrays have no size: all of them start after the others, with the length given at the launch.
  for (const Variable& variable : module.variables)
    if (variable.space == Variable::Space::shared && variable.bytes > 0 &&
        (mentions(kernel, variable.name) ||
         std::ranges::any_of(functions, [&](const Kernel* f) { return mentions(*f, variable.name); })))
      place_shared(variable);
  const std::size_t shift = code_.shared_bytes - code_.shared_payload;
  code_.shared_payload = round_up(code_.shared_payload, 16);
  code_.dynamic_shared_offset = code_.shared_payload + shift;
  for (const Variable& variable : module.variables) {
    if (variable.space != Variable::Space::shared || variable.bytes > 0) continue;
    addresses_[variable.name] = code_.dynamic_shared_offset;
    code_.dynamic_shared_name = variable.name;
  }
}

void Names::place_local(const Variable& variable) {
  code_.local_bytes = round_up(code_.local_bytes, std::max<std::size_t>(variable.alignment, 1));
  code_.local_arrays.push_back({variable.name, code_.local_bytes, variable.bytes});
  addresses_[variable.name] = code_.local_bytes;
  code_.local_bytes += variable.bytes;
}

void Names::place_shared(const Variable& variable) {
  const std::size_t shift = code_.shared_bytes - code_.shared_payload;  // the sum of all gaps so far
  const std::size_t offset =
      round_up(code_.shared_payload, std::max<std::size_t>(variable.alignment, 1)) + shift;
  code_.shared_arrays.push_back({variable.name, offset, variable.bytes});
  addresses_[variable.name] = offset;
  code_.shared_bytes = offset + variable.bytes + gap;
  code_.shared_payload = offset + variable.bytes - shift;
}

const Names::Register* Names::find_special(std::string_view name) {
  for (const auto& [text, special] : specials) {
    if (text != name) continue;
    const Row row = new_row(File::words);
    code_.specials.push_back({row, special});
    return &(registers_[text] = {File::words, row});
  }
  return nullptr;
}

const Names::Register* Names::find_register(std::string_view name) {
  if (const auto found = registers_.find(name); found != registers_.end()) return &found->second;
  if (const Register* special = find_special(name)) return special;
  std::size_t digits = name.size();
  while (digits > 0 && name[digits - 1] >= '0' && name[digits - 1] <= '9') --digits;
  const auto prefix = registers_.find(name.substr(0, digits));
  if (prefix == registers_.end() || digits == name.size()) return nullptr;
  int number = 0;
  std::from_chars(name.data() + digits, name.data() + name.size(), number);
  return &(registers_[name] = {prefix->second.file, prefix->second.row + number});
}

Row Names::constant(std::uint64_t bits, File file) {
  if (file == File::words) bits = static_cast<std::uint32_t>(bits);
  const auto [found, fresh] = constants_.try_emplace({bits, file}, -1);
  if (!fresh) return found->second;
  found->second = new_row(file);
  auto& constants = file == File::words   ? code_.word_constants
                    : file == File::longs ? code_.long_constants
                                          : code_.predicate_constants;
  constants.push_back({found->second, bits});
  return found->second;
}

Row Names::row_of(const Operand& operand, File file) {
  return row_of(operand.names.at(0), file);
}

Row Names::row_of(std::string_view name, File file) {
  if (name == "_") return -1;
  if (const Register* found = find_register(name)) {
    if (found->file != file) fault("{} is a register of another width than this instruction's operand", name);
    return found->row;
  }
  if (const auto frame = frames_.find(name); frame != frames_.end() && file == File::longs)
    return frame->second;
  if (const auto found = addresses_.find(name); found != addresses_.end())
    return constant(found->second, file);
  if (file == File::predicates && (name == "0" || name == "-1" || name == "1"))
    return constant(name == "0" ? 0 : ~0ull, file);
  if (file == File::predicates || !(name[0] == '-' || (name[0] >= '0' && name[0] <= '9')))
    fault("{} is neither a register nor an array", name);
  return constant(parse_number(name), file);
}

void Names::resolve_address(const Operand& operand, Access& access) {
  const std::string_view base = operand.names.at(0);
  access.offset = operand.offset;
  if (const Register* found = find_register(base)) {
    access.base_file = found->file;
    access.base = found->row;
  } else if (const auto frame = frames_.find(base); frame != frames_.end()) {
    access.base_file = File::longs;
    access.base = frame->second;
  } else if (const Slot* slot = find_slot(base)) {
    access.offset += static_cast<std::int64_t>(slot->offset);
  } else if (const auto address = addresses_.find(base); address != addresses_.end()) {
    access.offset += static_cast<std::int64_t>(address->second);
  } else {
    access.offset += static_cast<std::int64_t>(parse_number(base));
  }
}

}  // namespace triptych::ptx
