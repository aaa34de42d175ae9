#include "kernels/ptx/written_memory.h"

#include <algorithm>
#include <bitset>
#include <cstring>
#include <unordered_map>

#include "kernels/ptx/opcode.h"

namespace triptych::ptx {
namespace {

constexpr std::size_t word_bytes = 8, most_words = 512;  // 4 KiB: what a kernel takes as arguments

// What a register's value is computed from.
struct Origin {
  std::bitset<most_words> words;  // of the argument block
  bool own = false;               // the address of an array of the block or the thread
  bool unknown = false;
  bool operator==(const Origin&) const = default;
  Origin& operator|=(const Origin& other) {
    words |= other.words, own |= other.own, unknown |= other.unknown;
    return *this;
  }
};

class Origins {
 public:
  explicit Origins(const Kernel& kernel) : kernel_(kernel) {
    for (const Statement& statement : kernel.statements) opcodes_.emplace_back(statement.opcode);
    while (pass()) {
    }
  }

  // Of the address of each store and atomic that may be to global memory.
  std::vector<Origin> of_stores() const {
    std::vector<Origin> origins;
    for (std::size_t s = 0; s < opcodes_.size(); ++s) {
      const std::string_view head = opcodes_[s].head();
      if (head != "st" && head != "atom" && head != "red") continue;
      const Space space = space_of(opcodes_[s]);
      if (space != Space::global && space != Space::generic) continue;
      const Origin origin = of(operand(kernel_.statements[s], head == "atom" ? 1 : 0));
      if (std::ranges::find(origins, origin) == origins.end()) origins.push_back(origin);
    }
    return origins;
  }

 private:
  // Once over all statements, in any order, since a register keeps what any of them gives it: whether
  // something was added.
  bool pass() {
    bool changed = false;
    for (std::size_t s = 0; s < opcodes_.size(); ++s) {
      const Statement& statement = kernel_.statements[s];
      if (statement.operands.empty()) continue;
      const std::string_view head = opcodes_[s].head();
      const bool loads = head == "ld" || head == "ldu" || head == "atom";
      const Operand& results = statement.operands[0];
      if (results.kind == Operand::Kind::address) continue;
      Origin origin;
      if (!loads)
        for (std::size_t n = 1; n < statement.operands.size(); ++n) origin |= of(statement.operands[n]);
      // Two halves that become a pointer may be from anywhere.
      if (head == "mov" && statement.operands.back().kind == Operand::Kind::list) origin.unknown = true;
      for (std::size_t n = 0; n < results.names.size(); ++n) {
        Origin& result = registers_[results.names[n]];
        Origin sum = result;
        sum |= loads ? loaded(statement, opcodes_[s], n) : origin;
        changed |= !(sum == result);
        result = sum;
      }
    }
    return changed;
  }

  // Of element n of what a load reads. Only 8 bytes can be a pointer.
  Origin loaded(const Statement& statement, const Opcode& opcode, std::size_t n) const {
    Origin origin;
    ScalarType type;
    parse_type(opcode.parts.back(), type);
    if (type.bytes != word_bytes) return origin;
    const Operand& from = operand(statement, 1);
    const auto parameter = std::ranges::find(kernel_.parameters, from.names[0], &Parameter::name);
    origin.unknown = parameter == kernel_.parameters.end();
    if (origin.unknown) return origin;
    const std::size_t word = (parameter->offset + static_cast<std::size_t>(from.offset)) / word_bytes + n;
    if (word < most_words)
      origin.words.set(word);
    else
      origin.unknown = true;  // outside the parameters
    return origin;
  }

  Origin of(const Operand& operand) const {
    Origin origin;
    for (const std::string_view name : operand.names) {
      if (const auto found = registers_.find(name); found != registers_.end()) {
        origin |= found->second;
      } else if (std::ranges::find(kernel_.variables, name, &Variable::name) != kernel_.variables.end()) {
        origin.own = true;
      } else if (operand.kind != Operand::Kind::number && !name.starts_with("%")) {
        origin.unknown = true;  // a variable of the module, a parameter's own address
      }
    }
    return origin;
  }

  const Kernel& kernel_;
  std::vector<Opcode> opcodes_;
  std::unordered_map<std::string_view, Origin> registers_;
};

bool calls_functions(const Kernel& kernel) {
  return std::ranges::any_of(kernel.statements, [](const Statement& statement) {
    return statement.opcode.starts_with("call") || !statement.problem.empty();
  });
}

}  // namespace

WrittenMemory written_memory(const Kernel& kernel) {
  WrittenMemory written;
  if (calls_functions(kernel) || kernel.parameter_bytes > most_words * word_bytes) return written;
  for (const Origin& origin : Origins(kernel).of_stores()) {
    if (origin.unknown || (origin.words.none() && !origin.own)) return {};
    std::vector<std::size_t>& words = written.stores.emplace_back();
    for (std::size_t w = 0; w < most_words; ++w)
      if (origin.words[w]) words.push_back(w);
    if (words.empty()) written.stores.pop_back();  // the block's own arrays alone
  }
  written.anywhere = false;
  return written;
}

void forget_unwritten(const WrittenMemory& written, std::span<const std::byte> arguments,
                      std::vector<Region>& regions) {
  if (written.anywhere) return;
  std::vector<bool> is_written(regions.size());
  for (const std::vector<std::size_t>& words : written.stores) {
    bool points_somewhere = false, is_null = false;
    for (const std::size_t word : words) {
      std::uint64_t value = 0;
      const std::size_t begin = word * word_bytes;
      if (begin + word_bytes > arguments.size()) continue;
      std::memcpy(&value, arguments.data() + begin, word_bytes);
      is_null |= value == 0;
      for (std::size_t r = 0; r < regions.size(); ++r)
        if (regions[r].holds(value, 0)) is_written[r] = points_somewhere = true;
    }
    if (!points_somewhere && !is_null) return;
  }
  for (std::size_t r = 0; r < regions.size(); ++r)
    if (!is_written[r] && !regions[r].written) regions[r].cells = nullptr;
}

}  // namespace triptych::ptx
