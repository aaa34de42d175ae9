#include "kernels/laboratory/assembly.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>

namespace triptych::laboratory {
namespace {

// "mma.sync... {%0, %1}, [%2], 16" as its opcode and its operands: lists of expressions in C++.
struct Instruction {
  std::string opcode;
  std::vector<std::vector<std::string>> operands;
};

std::string trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  return std::string(text);
}

// "%3" -> the expression of operand 3; "%%laneid" -> "%laneid"; "16" stays.
std::optional<std::string> expression_of(const std::string& word,
                                         const std::vector<AssemblyOperand>& operands) {
  if (word.starts_with("%%")) return word.substr(1);
  if (!word.starts_with("%")) return word;
  char* end = nullptr;
  const unsigned long number = std::strtoul(word.c_str() + 1, &end, 10);
  if (end == word.c_str() + 1 || *end || number >= operands.size()) return std::nullopt;
  return "(" + operands[number].expression + ")";
}

std::optional<Instruction> parse(const std::string& text, const std::vector<AssemblyOperand>& operands) {
  Instruction result;
  std::size_t at = text.find_first_of(" \t\n");
  result.opcode = text.substr(0, at);
  std::string word;
  bool in_list = false;
  const auto end_word = [&]() -> bool {
    const auto expression = expression_of(trimmed(word), operands);
    word.clear();
    if (!expression) return false;
    if (!expression->empty()) result.operands.back().push_back(*expression);
    return true;
  };
  if (at < text.size()) result.operands.emplace_back();
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '{' || c == '[') {
      in_list = true;
    } else if (c == '}' || c == ']') {
      in_list = false;
    } else if (c == ',') {
      if (!end_word()) return std::nullopt;
      if (!in_list) result.operands.emplace_back();
    } else {
      word += c;
    }
  }
  if (!result.operands.empty() && !end_word()) return std::nullopt;
  return result;
}

const std::string emulator = "triptych::emulator::";

std::string words(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& e : list) text += (text.empty() ? "" : ", ") + ("triptych_word(" + e + ")");
  return text;
}

// d = the array triptych_d, element by element.
std::string put(const std::vector<std::string>& list) {
  std::string text;
  for (std::size_t i = 0; i < list.size(); ++i)
    text += " triptych_put(" + list[i] + ", triptych_d[" + std::to_string(i) + "]);";
  return text;
}

// Of shared memory: 32 bits.
std::string shared(const std::string& address) {
  return emulator + "from_shared_address(triptych_word(" + address + "))";
}

using Operands = std::vector<std::vector<std::string>>;

bool has(const Operands& o, std::initializer_list<std::size_t> sizes) {
  if (o.size() != sizes.size()) return false;
  std::size_t i = 0;
  for (const std::size_t size : sizes)
    if (o[i++].size() != size) return false;
  return true;
}

std::string copy(const std::string& opcode, const Operands& o) {
  if (opcode == "cp.async.commit_group" && o.empty()) return emulator + "commit_copies();";
  if (opcode == "cp.async.wait_all" && o.empty()) return emulator + "wait_for_all_copies();";
  if (opcode == "cp.async.wait_group" && has(o, {1})) return emulator + "wait_for_groups(" + o[0][0] + ");";
  const bool all = opcode.starts_with("cp.async.ca.shared") || opcode.starts_with("cp.async.cg.shared");
  if (!all || !(has(o, {1, 1, 1}) || has(o, {1, 1, 1, 1}))) return "";
  const std::string& from_bytes = o.size() == 4 ? o[3][0] : o[2][0];
  return emulator + "copy_async(" + shared(o[0][0]) + ", (const void*)" + o[1][0] + ", " + o[2][0] +
         ", (int)" + from_bytes + ");";
}

std::string matrices(const std::string& opcode, const Operands& o) {
  for (const char* const count : {"1", "2", "4"})
    for (const bool transposed : {false, true})
      for (const char* const space : {"shared", "shared::cta"})
        if (opcode == "ldmatrix.sync.aligned.m8n8.x" + std::string(count) + (transposed ? ".trans." : ".") +
                          space + ".b16" &&
            has(o, {static_cast<std::size_t>(std::atoi(count)), 1}))
          return "std::uint32_t triptych_d[4]; " + emulator + "load_matrices(triptych_d, " + count + ", " +
                 (transposed ? "true, " : "false, ") + shared(o[1][0]) + ");" + put(o[0]);
  constexpr std::pair<const char*, const char*> products[] = {
      {"mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32", "tf32"},
      {"mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32", "bf16"},
      {"mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32", "f16"}};
  for (const auto& [name, type] : products)
    if (opcode == name && has(o, {4, 4, 2, 4}))
      return "const std::uint32_t triptych_a[] = {" + words(o[1]) + "}, triptych_b[] = {" + words(o[2]) +
             "}; const float triptych_c[] = {" + o[3][0] + ", " + o[3][1] + ", " + o[3][2] + ", " + o[3][3] +
             "}; float triptych_d[4]; " + emulator + "multiply_matrices(" + emulator + "MatrixType::" + type +
             ", triptych_d, triptych_a, triptych_b, triptych_c);" + put(o[0]);
  return "";
}

std::string conversion(const std::string& opcode, const Operands& o) {
  const auto assign = [&](const std::string& value) {
    return "triptych_put(" + o[0][0] + ", " + value + ");";
  };
  if (opcode == "cvt.rna.tf32.f32" && has(o, {1, 1})) return assign(emulator + "to_tf32(" + o[1][0] + ")");
  if (opcode == "cvt.rn.bf16x2.f32" && has(o, {1, 1, 1}))
    return assign(emulator + "to_bf16_pair(" + o[2][0] + ", " + o[1][0] + ")");
  if (opcode.starts_with("mov.") && has(o, {1, 1}) && o[1][0] == "%laneid")
    return assign("(std::uint32_t)" + emulator + "lane()");
  return "";
}

}  // namespace

std::string translate_assembly(const std::string& text, const std::vector<AssemblyOperand>& operands,
                               std::string& unknown) {
  std::string code = "do {";
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(';', begin), text.size());
    const std::string one = trimmed(std::string_view(text).substr(begin, end - begin));
    begin = end + 1;
    if (one.empty()) continue;
    std::string statement;
    if (const auto instruction = parse(one, operands)) {
      for (const auto function : {copy, matrices, conversion})
        if (statement.empty()) statement = function(instruction->opcode, instruction->operands);
    }
    if (statement.empty()) {
      unknown = one;
      return "";
    }
    code += " { " + statement + " }";
  }
  return code + " } while (0)";
}

std::string characters_of(std::string_view literal) {
  std::string text;
  for (std::size_t i = 1; i + 1 < literal.size(); ++i) {
    if (literal[i] == '\\' && i + 2 < literal.size()) {
      ++i;
      text += literal[i] == 'n' || literal[i] == 't' || literal[i] == 'r' ? ' ' : literal[i];
    } else {
      text += literal[i];
    }
  }
  return text;
}

}  // namespace triptych::laboratory
