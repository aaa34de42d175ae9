#include "kernels/ptx/parser.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <tuple>

#include "kernels/ptx/fault.h"
#include "kernels/ptx/lexer.h"
#include "kernels/ptx/number.h"

namespace triptych::ptx {
namespace {

// Where a .loc directive points: file number, line, column.
using Position = std::tuple<int, int, int>;

std::size_t round_up(std::size_t value, std::size_t step) {
  return (value + step - 1) / step * step;
}

// Lines inside functions of the CUDA headers (__shfl_xor_sync, fminf, ...) are not helpful, the calling line
// is. So positions in headers of the toolkit are replaced by those at which they are inlined.
bool is_toolkit_header(std::string_view path) {
  return path.find("/include/") != std::string_view::npos;
}

class Parser {
 public:
  Parser(std::string text, std::string name) {
    module_.text = std::make_shared<const std::string>(std::move(text));
    module_.name = std::move(name);
    tokens_ = tokenize(*module_.text);
  }

  Module run() {
    while (peek().kind != Token::Kind::end) top_level();
    const auto resolve_all = [&](std::vector<Kernel>& kernels, const auto& positions) {
      for (std::size_t k = 0; k < kernels.size(); ++k)
        for (std::size_t s = 0; s < kernels[k].statements.size(); ++s)
          kernels[k].statements[s].source = resolve(positions[k][s]);
    };
    resolve_all(module_.kernels, positions_);
    resolve_all(module_.functions, function_positions_);
    return std::move(module_);
  }

 private:
  // ---- tokens ----
  const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  const Token& take() { return tokens_[std::min(at_++, tokens_.size() - 1)]; }
  bool accept(std::string_view what) {
    if (!peek().is(what)) return false;
    ++at_;
    return true;
  }
  [[noreturn]] void unexpected(const Token& token, std::string_view wanted) const {
    fault("{} line {}: expected {}, found '{}'", module_.name, token.line, wanted, token.text);
  }
  void expect(std::string_view what) {
    if (!peek().is(what)) unexpected(peek(), what);
    ++at_;
  }
  std::string_view take_word() {
    if (peek().kind != Token::Kind::word) unexpected(peek(), "a name");
    return take().text;
  }
  std::int64_t take_integer() {
    if (peek().kind != Token::Kind::number) unexpected(peek(), "a number");
    return static_cast<std::int64_t>(parse_number(take().text));
  }
  void skip_line() {
    for (const int line = peek().line; peek().line == line && peek().kind != Token::Kind::end;) take();
  }
  void skip_past(std::string_view what) {
    while (!peek().is(what))
      if (take().kind == Token::Kind::end) fault("{}: the text ends before a '{}'", module_.name, what);
    take();
  }
  void skip_braces() {
    int depth = 0;
    do {
      if (peek().kind == Token::Kind::end) fault("{}: the text ends before a '}}'", module_.name);
      depth += peek().is("{") ? 1 : peek().is("}") ? -1 : 0;
      take();
    } while (depth > 0);
  }

  // ---- the module ----
  void top_level() {
    const std::string_view word = peek().text;
    if (word == ".version" || word == ".target" || word == ".address_size") return skip_line();
    if (word == ".file") return take_file();
    if (word == ".section") {
      skip_line();
      return skip_braces();
    }
    if (word == ".pragma") return skip_past(";");
    for (std::string_view linkage : {".visible", ".extern", ".weak", ".common"})
      if (word == linkage) return void(take());
    if (word == ".entry") return take_kernel();
    if (word == ".func") return take_function();
    if (word == ".global" || word == ".const" || word == ".shared") {
      module_.variables.push_back(take_variable());
      return;
    }
    unexpected(peek(), "a directive such as .entry or .global");
  }

  void take_file() {
    take();
    const int number = static_cast<int>(take_integer());
    if (peek().kind != Token::Kind::string) unexpected(peek(), "the name of a file");
    files_[number] = take().text;
    while (accept(",")) take();  // time and size of the file
  }

  // .func (.param .b32 result) name (.param .b32 parameter, ...) { ... }; one without a body is a
  // declaration, or of the device's library
  void take_function() {
    take();
    kernel_ = Kernel{};
    if (peek().is("(")) {
      take_parameters();
      kernel_.results = std::move(kernel_.parameters);
      kernel_.parameters.clear();
      kernel_.parameter_bytes = 0;
    }
    kernel_.name = take_word();
    statement_positions_.clear();
    position_ = {};
    take_parameters();
    while (!peek().is("{") && !peek().is(";") && peek().kind != Token::Kind::end) take();
    if (accept(";")) return;
    take_body();
    module_.functions.push_back(std::move(kernel_));
    function_positions_.push_back(std::move(statement_positions_));
  }

  // ---- variables:  .shared .align 16 .b8 name[1024] = {1, 2, 3}; ----
  Variable take_variable() {
    Variable variable{};
    const std::string_view space = take_word();
    variable.space = space == ".shared"  ? Variable::Space::shared
                     : space == ".local" ? Variable::Space::local
                     : space == ".const" ? Variable::Space::constant
                     : space == ".param" ? Variable::Space::parameter
                                         : Variable::Space::global;
    ScalarType type;
    while (peek().text.starts_with(".")) {
      const std::string_view word = take_word();
      if (word == ".align")
        variable.alignment = static_cast<std::size_t>(take_integer());
      else
        parse_type(word.substr(1), type);  // .v4 and .attribute do not occur beside -lineinfo code
    }
    variable.name = take_word();
    std::size_t count = 1;
    while (accept("[")) {
      count *= peek().is("]") ? 0 : static_cast<std::size_t>(take_integer());
      expect("]");
    }
    variable.alignment = std::max(variable.alignment, type.bytes);
    variable.bytes = count * type.bytes;
    if (accept("=")) variable.initial = take_initial(variable, type);
    expect(";");
    return variable;
  }

  std::vector<std::byte> take_initial(Variable& variable, const ScalarType& type) {
    std::vector<std::byte> bytes;
    const auto append = [&] {
      if (peek().kind != Token::Kind::number) {  // an address, of the generic kind or not: generic(name)
        const bool generic = accept("generic") && accept("(");
        variable.addresses.push_back({bytes.size(), take_word()});
        if (generic) expect(")");
        bytes.resize(bytes.size() + type.bytes);
        return;
      }
      const std::uint64_t bits = parse_number(take().text);
      for (std::size_t i = 0; i < type.bytes; ++i) bytes.push_back(static_cast<std::byte>(bits >> (8 * i)));
    };
    if (!accept("{"))
      append();
    else
      while (!accept("}")) {
        append();
        accept(",");
      }
    bytes.resize(std::max(bytes.size(), variable.bytes));
    return bytes;
  }

  // ---- kernels ----
  void take_kernel() {
    take();
    kernel_ = Kernel{};
    kernel_.name = take_word();
    statement_positions_.clear();
    position_ = {};
    take_parameters();
    while (!peek().is("{")) {  // .maxntid 256, 1, 1 and the like
      if (take().is(".maxntid")) {
        kernel_.most_threads = take_integer();
        while (accept(",")) kernel_.most_threads *= take_integer();
      }
    }
    take_body();
    module_.kernels.push_back(std::move(kernel_));
    positions_.push_back(std::move(statement_positions_));
  }

  void take_parameters() {
    if (accept("("))
      while (!accept(")")) {
        take_parameter();
        accept(",");
      }
  }

  void take_body() {
    expect("{");
    for (int depth = 1; depth > 0;) {
      if (peek().kind == Token::Kind::end) fault("{}: {} has no end", module_.name, kernel_.name);
      if (accept("{"))
        ++depth;
      else if (accept("}"))
        --depth;
      else
        body();
    }
  }

  // .param .u64 .ptr .align 1 name    or    .param .align 8 .b8 name[40]
  void take_parameter() {
    expect(".param");
    ScalarType type;
    std::size_t alignment = 0;
    bool pointee = false;  // after .ptr, .align is the alignment of the pointee
    while (peek().text.starts_with(".")) {
      const std::string_view word = take_word();
      if (word == ".ptr") pointee = true;
      if (word == ".align") {
        const auto value = static_cast<std::size_t>(take_integer());
        if (!pointee) alignment = value;
      }
      parse_type(word.substr(1), type);
    }
    const std::string_view name = take_word();
    std::size_t bytes = type.bytes;
    if (accept("[")) {
      bytes *= static_cast<std::size_t>(take_integer());
      expect("]");
    }
    const std::size_t offset = round_up(kernel_.parameter_bytes, std::max(alignment, type.bytes));
    kernel_.parameters.push_back({name, offset, bytes});
    kernel_.parameter_bytes = offset + bytes;
  }

  void body() {
    const Token& token = peek();
    if (token.is(".reg")) return take_registers();
    if (token.is(".shared") || token.is(".local") || token.is(".param"))
      return kernel_.variables.push_back(take_variable());
    if (token.is(".loc")) return take_loc();
    if (token.is(".pragma")) return skip_past(";");
    if (token.kind == Token::Kind::word && peek(1).is(":")) return take_label();
    const std::size_t begin = at_;
    try {
      if (token.text.starts_with(".")) unexpected(token, "an instruction");
      take_statement();
    } catch (const Fault& problem) {
      at_ = begin;
      take_unknown(problem.what());
    }
  }

  // Something that is not understood concerns this kernel alone: it is refused when the kernel is launched.
  void take_unknown(const char* problem) {
    Statement statement;
    statement.problem = problem;
    const char* const begin = peek().text.data();
    statement.opcode = peek().text;
    for (int depth = 0; peek().kind != Token::Kind::end; take()) {
      depth += peek().is("{") ? 1 : peek().is("}") ? -1 : 0;
      if (depth < 0 || (depth == 0 && peek().is(";"))) break;
    }
    statement.text = {begin, static_cast<std::size_t>(peek().text.data() - begin)};
    accept(";");
    kernel_.statements.push_back(std::move(statement));
    statement_positions_.push_back(position_);
  }

  // .reg .b32 %r<42>;    .reg .pred p, q;
  void take_registers() {
    take();
    ScalarType type;
    const Token& word = take();
    if (!parse_type(word.text.substr(1), type)) unexpected(word, "a register type");
    do {
      Register declared{take_word(), 0, type};
      if (accept("<")) {
        declared.count = static_cast<int>(take_integer());
        expect(">");
      }
      kernel_.registers.push_back(declared);
    } while (accept(","));
    expect(";");
  }

  // .loc 2 440 9, function_name $L__info_string2, inlined_at 1 101 5
  void take_loc() {
    const int line = take().line;
    const auto take_position = [&] {
      const int file = static_cast<int>(take_integer()), row = static_cast<int>(take_integer());
      return Position{file, row, static_cast<int>(take_integer())};
    };
    position_ = take_position();
    while (peek().line == line && peek().kind != Token::Kind::end)
      if (take().is("inlined_at")) inlined_at_[position_] = take_position();
  }

  SourceLine resolve(Position position) const {
    constexpr int deepest = 16;  // inlining is not recursive, but a corrupt text could contain a cycle
    for (int depth = 0; depth < deepest; ++depth) {
      const auto file = files_.find(std::get<0>(position));
      if (file == files_.end()) break;
      const auto outer = inlined_at_.find(position);
      if (!is_toolkit_header(file->second) || outer == inlined_at_.end())
        return {file->second.substr(file->second.rfind('/') + 1), std::get<1>(position)};
      position = outer->second;
    }
    return {};
  }

  // A label, or the table of an indexed branch:  $L_brx_0: .branchtargets $a, $b, $c;
  void take_label() {
    const std::string_view name = take().text;
    expect(":");
    if (peek().is(".callprototype")) return skip_past(";");
    if (accept(".branchtargets")) {
      do kernel_.branch_targets[name].push_back(take_word());
      while (accept(","));
      expect(";");
      return;
    }
    kernel_.labels[name] = kernel_.statements.size();
  }

  void take_statement() {
    Statement statement;
    const char* const begin = peek().text.data();
    if (accept("@")) {
      statement.predicate_negated = accept("!");
      statement.predicate = take_word();
    }
    statement.opcode = take_word();
    if (statement.opcode.starts_with("call"))
      take_call(statement);
    else if (!peek().is(";"))
      do statement.operands.push_back(take_operand());
      while (accept(","));
    const char* const end = peek().text.data();
    expect(";");
    statement.text = {begin, static_cast<std::size_t>(end - begin)};
    kernel_.statements.push_back(std::move(statement));
    statement_positions_.push_back(position_);
  }

  // call (results), function, (arguments), prototype;   each of the lists may be missing
  void take_call(Statement& statement) {
    const auto take_list = [&] {
      Operand list{Operand::Kind::list, {}};
      if (accept("("))
        while (!accept(")")) {
          list.names.push_back(take().text);
          accept(",");
        }
      return list;
    };
    statement.operands.push_back(take_list());
    accept(",");
    statement.operands.push_back({Operand::Kind::name, {take_word()}});
    accept(",");
    statement.operands.push_back(take_list());
    if (accept(",")) take_word();
  }

  Operand take_operand() {
    if (accept("{")) {
      Operand list{Operand::Kind::list, {}};
      while (!accept("}")) {
        list.names.push_back(take().text);
        accept(",");
      }
      return list;
    }
    if (accept("[")) {
      Operand address{Operand::Kind::address, {take().text}};
      if (accept("+"))
        address.offset = take_integer();
      else if (peek().text.starts_with("-"))
        address.offset = take_integer();
      expect("]");
      return address;
    }
    const bool negated = accept("!");
    if (peek().kind == Token::Kind::number) return {Operand::Kind::number, {take().text}};
    Operand operand{Operand::Kind::name, {take_word()}, 0, negated};
    if (accept("|")) {
      operand.kind = Operand::Kind::pair;
      operand.names.push_back(take_word());
    }
    return operand;
  }

  Module module_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  Kernel kernel_;
  Position position_;
  std::vector<Position> statement_positions_;
  // Of each kernel's statements; .file comes at the end of a text.
  std::vector<std::vector<Position>> positions_, function_positions_;
  std::map<int, std::string_view> files_;
  std::map<Position, Position> inlined_at_;
};

}  // namespace

std::string SourceLine::text() const {
  return file.empty() ? "unknown line" : fmt::format("{}:{}", file, line);
}

bool parse_type(std::string_view text, ScalarType& type) {
  if (text == "pred") {
    type = {'p', 0};
    return true;
  }
  if (text.size() < 2 || std::string_view("busf").find(text[0]) == std::string_view::npos) return false;
  int bits = 0;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), bits);
  if (error != std::errc{} || end != text.data() + text.size() ||
      (bits != 8 && bits != 16 && bits != 32 && bits != 64))
    return false;
  type = {text[0], static_cast<std::size_t>(bits / 8)};
  return true;
}

Module parse(std::string text, std::string name) {
  return Parser(std::move(text), std::move(name)).run();
}

Module parse_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fault("{} cannot be opened; build it with 'make', which needs nvcc", path);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  return parse(std::move(text), path.substr(path.rfind('/') + 1));
}

}  // namespace triptych::ptx
