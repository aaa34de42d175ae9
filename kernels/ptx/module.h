#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace triptych::ptx {

// The syntax tree of a PTX text. Names refer to the memory of Module::text.

// A line of the CUDA source, as nvcc -lineinfo records it with .loc.
struct SourceLine {
  std::string_view file;  // the last part of its path, "gemm.cu"; empty if not recorded
  int line = 0;
  auto operator<=>(const SourceLine&) const = default;
  std::string text() const;  // "gemm.cu:57", or "unknown line"
};

// Scalar types by width and kind: .pred is 0 wide, .b16 / .u16 / .s16 are 2, .f32 is 4, ...
struct ScalarType {
  char kind = 'b';  // b, u, s, f, or p for a predicate
  std::size_t bytes = 4;
};
// "u32" -> {u, 4}; false when `text` names no type.
bool parse_type(std::string_view text, ScalarType& type);

struct Parameter {
  std::string_view name;
  // In the argument block, each at its own alignment, as the driver lays them out.
  std::size_t offset, bytes;
};

// An array in shared, local, constant or global memory, or of a call's arguments and results.
struct Variable {
  std::string_view name;
  enum class Space { shared, local, constant, global, parameter } space;
  std::size_t bytes;  // 0: given at the launch (extern __shared__)
  std::size_t alignment;
  std::vector<std::byte> initial;  // empty: not initialised
  // Addresses of variables or functions in it, by their offsets.
  std::vector<std::pair<std::size_t, std::string_view>> addresses = {};
};

struct Operand {
  enum class Kind {
    name,     // %r1, a label, a variable
    number,   // 4, 0f3F800000
    address,  // [base + offset], base a register, a variable or a parameter
    list,     // {%f1, %f2, %f3, %f4}
    pair      // %p1|%p2
  } kind;
  std::vector<std::string_view> names;  // one, except for list and pair
  std::int64_t offset = 0;
  bool negated = false;  // !%p1
};

struct Statement {
  std::string_view opcode;     // "ld.global.v4.f32"
  std::string_view predicate;  // empty: always
  bool predicate_negated = false;
  std::vector<Operand> operands;
  SourceLine source;
  std::string_view text;     // as written, for messages
  std::string problem = {};  // of something that is no instruction as the parser knows them: what it says
};

struct Register {
  std::string_view prefix;  // .reg .b32 %r<42> declares %r0 ... %r41: count 42; a single name: 0
  int count;
  ScalarType type;
};

// A kernel, or a device function that nvcc did not inline.
struct Kernel {
  std::string_view name;  // mangled
  std::vector<Parameter> parameters, results;
  std::size_t parameter_bytes = 0;
  std::int64_t most_threads = 1024;  // of a block, by __launch_bounds__
  std::vector<Register> registers;
  std::vector<Variable> variables;  // shared and local, and those of calls
  std::vector<Statement> statements;
  std::map<std::string_view, std::size_t> labels;                            // the statement that follows
  std::map<std::string_view, std::vector<std::string_view>> branch_targets;  // the tables of brx.idx
};

struct Module {
  std::shared_ptr<const std::string> text;
  std::string name;                 // file name, for messages
  std::vector<Variable> variables;  // constant and global ones, and extern shared
  std::vector<Kernel> kernels, functions;
};

}  // namespace triptych::ptx
