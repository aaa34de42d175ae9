#include "kernels/ptx/decode.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "kernels/ptx/calls.h"
#include "kernels/ptx/decode_tensor_core.h"
#include "kernels/ptx/fault.h"
#include "kernels/ptx/index_arithmetic.h"
#include "kernels/ptx/memory.h"
#include "kernels/ptx/names.h"
#include "kernels/ptx/opcode.h"
#include "kernels/ptx/operations.h"
#include "kernels/ptx/readable.h"

namespace triptych::ptx {
namespace {

File file_of_bytes(std::size_t bytes) {
  return bytes == 8 ? File::longs : File::words;
}

class Decoder {
 public:
  Decoder(const Module& module, const Kernel& kernel, const Addresses& variables)
      : module_(module),
        kernel_(&kernel),
        functions_(functions_of(module, kernel)),
        names_(module, kernel, functions_, variables, code_) {
    code_.text = module.text;
    code_.name = kernel.name;
    code_.readable = readable_name(kernel.name);
    code_.parameters = kernel.parameters;
    code_.parameter_bytes = kernel.parameter_bytes;
    code_.most_threads = kernel.most_threads;
  }

  Code run() {
    const Kernel& kernel = *kernel_;
    for (std::size_t f = 0; f < functions_.size(); ++f) {
      code_.functions[f].entry = static_cast<int>(code_.instructions.size());
      add(*functions_[f], static_cast<int>(f));
    }
    code_.entry = static_cast<int>(code_.instructions.size());
    add(kernel, -1);
    // The stack of functions' arrays comes last.
    code_.stack_begin = (code_.local_bytes + 15) / 16 * 16;
    if (code_.stack_bytes > 0) {
      code_.local_arrays.push_back({"the stack", code_.stack_begin, code_.stack_bytes});
      code_.local_bytes = code_.stack_begin + code_.stack_bytes;
    }
    return std::move(code_);
  }

 private:
  // The instructions of a function, or of the kernel, behind those that are there.
  void add(const Kernel& kernel, int number) {
    kernel_ = &kernel;
    number_ = number;
    base_ = code_.instructions.size();
    names_.enter(kernel, number);
    for (const Statement& statement : kernel.statements) {
      try {
        code_.instructions.push_back(decode(statement));
      } catch (const Fault& problem) {
        const std::string what =
            fmt::format("the instruction '{}' cannot be interpreted: {}", statement.text, problem.what());
        throw Fault(fmt::format("{}, {}: {}", code_.readable, statement.source.text(), what),
                    statement.source.text(), "unknown: " + what);
      }
      code_.lines.push_back(statement.source);
      code_.texts.push_back(statement.text);
    }
    check_index_arithmetic(kernel, code_, base_);
    Instruction end;  // a label may follow the last statement
    end.flow = Flow::exit;
    end.detail = number >= 0;
    code_.instructions.push_back(end);
    code_.lines.push_back(code_.lines.empty() ? SourceLine{} : code_.lines.back());
    code_.texts.push_back("ret");
  }

  Instruction decode(const Statement& statement) {
    if (!statement.problem.empty()) fault("{}", statement.problem);
    Instruction i;
    if (!statement.predicate.empty()) {
      i.guard = names_.row_of(statement.predicate, File::predicates);
      i.guard_negated = statement.predicate_negated;
    }
    const Opcode opcode(statement.opcode);
    if (!decode_flow(i, opcode, statement) && !decode_memory(i, opcode, statement) &&
        !decode_collective(i, opcode, statement) &&
        !decode_tensor_core(i, opcode, statement, names_, code_) && !decode_moves(i, opcode, statement))
      decode_arithmetic(i, opcode, statement);
    return i;
  }

  // ---- control flow ----
  int target_of(std::string_view label) const {
    const auto found = kernel_->labels.find(label);
    if (found == kernel_->labels.end()) fault("there is no label {}", label);
    return static_cast<int>(base_ + found->second);
  }

  // bar.sync 0;    bar.red.popc.u32 %r1, 0, %p1;
  void decode_barrier(Instruction& i, const Opcode& opcode, const Statement& statement) {
    i.flow = Flow::barrier;
    const bool reduces = opcode.has("red");
    const std::size_t number = reduces ? 1 : 0;
    if ((!reduces && (!opcode.has("sync") || statement.operands.size() != 1)) ||
        operand(statement, number).names[0] != "0")
      fault("of the barriers only bar.sync 0 and bar.red 0, those of the whole block, are known");
    if (!reduces) return;
    using enum BarrierKind;
    const auto kind = opcode.choose<BarrierKind>({{"popc", count}, {"and", all}, {"or", any}});
    i.detail = static_cast<int>(kind);
    i.result = names_.row_of(operand(statement, 0), kind == count ? File::words : File::predicates);
    i.sources[0] = names_.row_of(operand(statement, 2), File::predicates);
    i.combine_negated = operand(statement, 2).negated;
  }

  // call (results), function, (arguments)
  void decode_call(Instruction& i, const Statement& statement) {
    const std::string_view target = operand(statement, 1).names[0];
    CallSite site;
    site.caller = number_;
    for (const std::string_view name : operand(statement, 0).names) site.results.push_back(slot(name));
    for (const std::string_view name : operand(statement, 2).names) site.arguments.push_back(slot(name));
    i.detail = static_cast<int>(code_.call_sites.size());
    const auto function = std::ranges::find(functions_, target, [](const Kernel* f) { return f->name; });
    if (function != functions_.end()) {
      i.flow = Flow::call;
      site.function = static_cast<int>(function - functions_.begin());
      site.keeps = number_ >= 0 && (*function == kernel_ || may_reach(module_, **function, *kernel_));
    } else if (target.starts_with("%")) {
      i.flow = Flow::call;
      i.sources[0] = names_.row_of(target, File::longs);
      site.keeps = number_ >= 0;
    } else if (target == "vprintf") {
      i.execute = print;
    } else if (target == "__assertfail") {
      i.execute = fail_assert;
    } else {
      fault("the function {} of the device's library is not known", readable_name(target));
    }
    code_.call_sites.push_back(std::move(site));
  }
  Slot slot(std::string_view name) const {
    const Slot* const found = names_.find_slot(name);
    if (!found) fault("there is no parameter {}", name);
    return *found;
  }

  bool decode_flow(Instruction& i, const Opcode& opcode, const Statement& statement) {
    const std::string_view head = opcode.head();
    if (head == "bra") {
      i.flow = Flow::branch;
      i.target = target_of(operand(statement, 0).names[0]);
    } else if (head == "brx") {
      i.flow = Flow::branch_indexed;
      i.sources[0] = names_.row_of(operand(statement, 0), File::words);
      const auto table = kernel_->branch_targets.find(operand(statement, 1).names[0]);
      if (table == kernel_->branch_targets.end())
        fault("there is no table {}", operand(statement, 1).names[0]);
      i.target = static_cast<int>(code_.branch_tables.size());
      auto& targets = code_.branch_tables.emplace_back();
      for (std::string_view label : table->second) targets.push_back(target_of(label));
    } else if (head == "ret" || head == "exit") {
      i.flow = Flow::exit;
      i.detail = head == "ret" && number_ >= 0;
    } else if (head == "trap" || head == "brkpt") {
      i.execute = trap;
    } else if (head == "nanosleep" || head == "pragma") {
      i.execute = [](Warp&, const Instruction&, Mask) {};
    } else if ((head == "bar" || head == "barrier") && !opcode.has("warp")) {
      decode_barrier(i, opcode, statement);
    } else if (head == "call") {
      decode_call(i, statement);
    } else {
      return false;
    }
    return true;
  }

  // ---- ld, st, atom, red ----
  void decode_access(Instruction& i, const Opcode& opcode, const Operand& address) {
    const ScalarType type = opcode.type();
    i.access.space = space_of(opcode);
    i.access.bytes = static_cast<std::uint8_t>(type.bytes);
    i.access.count = opcode.has("v4") ? 4 : opcode.has("v2") ? 2 : 1;
    i.access.sign_extends = type.kind == 's';
    if (opcode.has("nc")) i.access.kind = emulator::AccessKind::cached;
    for (const char* strong : {"volatile", "relaxed", "acquire", "release", "acq_rel", "atom", "red"})
      if (opcode.has(strong)) i.access.kind = emulator::AccessKind::strong;
    i.access.releases = opcode.has("release") || opcode.has("acq_rel");
    names_.resolve_address(address, i.access);
    if (i.access.space == Space::parameter && names_.find_slot(address.names[0]))
      i.access.space = Space::local;
    if (type.bytes < 4 && (i.access.space == Space::shared || i.access.space == Space::generic))
      code_.narrow_shared_access = true;
  }

  bool decode_memory(Instruction& i, const Opcode& opcode, const Statement& statement) {
    const std::string_view head = opcode.head();
    if (head == "ld" || head == "ldu" || head == "st") {
      const bool loads = head != "st";
      decode_access(i, opcode, operand(statement, loads ? 1 : 0));
      const Operand& values = operand(statement, loads ? 0 : 1);
      if (values.names.size() != i.access.count)
        fault("it has {} elements and {} registers", i.access.count, values.names.size());
      // Loads and stores may use a wider register than the element: the width of the register counts.
      const Names::Register* const first = names_.find_register(values.names[0]);
      i.access.value_file = first ? first->file : file_of_bytes(i.access.bytes);
      for (std::size_t n = 0; n < values.names.size(); ++n)
        i.access.values[n] = names_.row_of(values.names[n], i.access.value_file);
      i.execute = loads ? load_function() : store_function();
      return true;
    }
    if (head == "atom" || head == "red") {
      decode_atomic(i, opcode, statement, head == "atom");
      return true;
    }
    if (head == "membar" || head == "fence") {
      i.detail = !opcode.has("cta");
      i.execute = fence;
      return true;
    }
    return false;
  }

  void decode_atomic(Instruction& i, const Opcode& opcode, const Statement& statement, bool has_result) {
    const std::size_t first = has_result ? 1 : 0;
    decode_access(i, opcode, operand(statement, first));
    const ScalarType type = opcode.type();
    if (type.bytes < 4) fault("atomics of 16 bits are not known");
    const bool is_signed = type.kind == 's', is_float = type.kind == 'f';
    using enum AtomicKind;
    const AtomicKind kind = opcode.choose<AtomicKind>({{"add", is_float ? add_float : add},
                                                       {"min", is_signed ? minimum_signed : minimum_unsigned},
                                                       {"max", is_signed ? maximum_signed : maximum_unsigned},
                                                       {"and", bit_and},
                                                       {"or", bit_or},
                                                       {"xor", bit_xor},
                                                       {"exch", exchange},
                                                       {"cas", compare_and_swap},
                                                       {"inc", increment},
                                                       {"dec", decrement}});
    i.detail = static_cast<int>(kind);
    i.access.value_file = file_of_bytes(type.bytes);
    if (has_result) i.result = names_.row_of(operand(statement, 0), i.access.value_file);
    i.sources[0] = names_.row_of(operand(statement, first + 1), i.access.value_file);
    if (kind == compare_and_swap)
      i.sources[1] = names_.row_of(operand(statement, first + 2), i.access.value_file);
    i.execute = atomic;
  }

  // ---- collective operations of several lanes ----
  bool decode_collective(Instruction& i, const Opcode& opcode, const Statement& statement) {
    const std::string_view head = opcode.head();
    const auto word = [&](std::size_t n) { return names_.row_of(operand(statement, n), File::words); };
    if (head == "shfl") {
      using enum ShuffleKind;
      i.detail = static_cast<int>(
          opcode.choose<ShuffleKind>({{"up", up}, {"down", down}, {"bfly", butterfly}, {"idx", index}}));
      const Operand& result = operand(statement, 0);
      i.result = names_.row_of(result.names[0], File::words);
      if (result.kind == Operand::Kind::pair) i.second = names_.row_of(result.names[1], File::predicates);
      for (std::size_t n = 0; n < 4; ++n) i.sources[n] = word(n + 1);
      i.execute = shuffle;
    } else if (head == "vote") {
      using enum VoteKind;
      const auto kind =
          opcode.choose<VoteKind>({{"ballot", ballot}, {"any", any}, {"all", all}, {"uni", uniform}});
      i.detail = static_cast<int>(kind);
      i.result = names_.row_of(operand(statement, 0), kind == ballot ? File::words : File::predicates);
      i.sources[0] = names_.row_of(operand(statement, 1), File::predicates);
      i.combine_negated = operand(statement, 1).negated;
      i.sources[1] = word(2);
      i.execute = vote;
    } else if (head == "match") {
      const Operand& result = operand(statement, 0);
      i.access.value_file = file_of_bytes(opcode.type().bytes);
      i.detail = opcode.has("all");
      i.result = names_.row_of(result.names[0], File::words);
      if (result.kind == Operand::Kind::pair) i.second = names_.row_of(result.names[1], File::predicates);
      i.sources[0] = names_.row_of(operand(statement, 1), i.access.value_file);
      i.sources[1] = word(2);
      i.execute = match;
    } else if (head == "redux") {
      using enum ReduceKind;
      const bool is_signed = opcode.type().kind == 's';
      i.detail =
          static_cast<int>(opcode.choose<ReduceKind>({{"add", add},
                                                      {"min", is_signed ? minimum_signed : minimum_unsigned},
                                                      {"max", is_signed ? maximum_signed : maximum_unsigned},
                                                      {"and", bit_and},
                                                      {"or", bit_or},
                                                      {"xor", bit_xor}}));
      i.result = word(0);
      i.sources[0] = word(1);
      i.sources[1] = word(2);
      i.execute = reduce;
    } else if (opcode.has("warp")) {  // bar.warp.sync
      i.sources[0] = word(0);
      i.execute = synchronise_warp;
    } else if (head == "activemask") {
      i.result = word(0);
      i.execute = active_mask;
      return true;
    } else {
      return false;
    }
    i.flow = Flow::collective;
    return true;
  }

  // ---- mov.b64 {%r1, %r2}, %rd1 and mov.b64 %rd1, {%r1, %r2} ----
  bool decode_moves(Instruction& i, const Opcode& opcode, const Statement& statement) {
    if (opcode.head() != "mov") return false;
    const Operand &to = operand(statement, 0), &from = operand(statement, 1);
    const bool unpacks = to.kind == Operand::Kind::list, packs = from.kind == Operand::Kind::list;
    if (!unpacks && !packs) return false;
    const std::size_t bytes = opcode.type().bytes;
    const Operand& parts = unpacks ? to : from;
    i.access.base_file = file_of_bytes(bytes);
    i.access.count = static_cast<std::uint8_t>(parts.names.size());
    i.access.bytes = static_cast<std::uint8_t>(bytes / parts.names.size());
    for (std::size_t n = 0; n < parts.names.size(); ++n)
      i.access.values[n] = names_.row_of(parts.names[n], File::words);
    if (unpacks)
      i.sources[0] = names_.row_of(from, i.access.base_file);
    else
      i.result = names_.row_of(to, i.access.base_file);
    i.execute = unpacks ? unpack : pack;
    return true;
  }

  // ---- operations of the arithmetic table ----
  void decode_arithmetic(Instruction& i, const Opcode& opcode, const Statement& statement) {
    std::string name(opcode.text);
    std::size_t sources = statement.operands.size() - 1;
    if (opcode.head() == "cvt" && sources == 1) {
      const Names::Register* const source = names_.find_register(operand(statement, 1).names[0]);
      ScalarType type;
      if (source && source->file == File::longs && parse_type(opcode.parts.back(), type) && type.bytes < 8)
        name += " of 64";
    }
    if (opcode.head() == "setp" || opcode.head() == "set")
      name = decode_combination(i, opcode, statement, sources);
    const Operation* operation = find_operation(name);
    if (!operation && opcode.has("sat") && opcode.has("ftz"))
      operation = find_operation(opcode.without("ftz"));
    if (!operation) fault("this interpreter does not know the opcode {}", opcode.text);
    if (static_cast<int>(sources) != operation->count)
      fault("it has {} sources in place of {}", sources, operation->count);
    const Operand& result = operand(statement, 0);
    i.result = names_.row_of(result.names[0], operation->result);
    if (result.kind == Operand::Kind::pair) i.second = names_.row_of(result.names[1], File::predicates);
    for (std::size_t n = 0; n < sources; ++n) {
      const Operand& source = operand(statement, n + 1);
      i.sources[n] = names_.row_of(source, operation->sources[n]);
      if (source.negated) fault("a negated operand here is not known");
    }
    i.execute = operation->execute;
  }

  // setp.lt.and.s32 p, a, b, c: records c, and returns the name without the combination.
  std::string decode_combination(Instruction& i, const Opcode& opcode, const Statement& statement,
                                 std::size_t& sources) {
    constexpr std::pair<std::string_view, Combine> kinds[] = {
        {"and", Combine::logical_and}, {"or", Combine::logical_or}, {"xor", Combine::logical_xor}};
    for (const auto& [part, kind] : kinds) {
      if (!opcode.has(part)) continue;
      const Operand& with = operand(statement, sources);
      i.combine = kind;
      i.combine_negated = with.negated;
      i.combine_with = names_.row_of(with, File::predicates);
      --sources;
      return opcode.without(part);
    }
    return std::string(opcode.text);
  }

  const Module& module_;
  const Kernel* kernel_;  // or function, whose statements are decoded
  int number_ = -1;       // of that function
  std::size_t base_ = 0;  // its first instruction
  std::vector<const Kernel*> functions_;
  Code code_;
  Names names_;
};

}  // namespace

Code decode(const Module& module, const Kernel& kernel, const Addresses& variables) {
  return Decoder(module, kernel, variables).run();
}

}  // namespace triptych::ptx
