#include "kernels/laboratory/kernel_head.h"

namespace triptych::laboratory {
namespace {

using Kind = Token::Kind;

bool is_builtin_type(std::string_view word) {
  for (const std::string_view type :
       {"void", "bool", "char", "short", "int", "long", "float", "double", "signed", "unsigned", "const",
        "volatile", "__restrict__", "__restrict", "auto", "struct", "typename"})
    if (word == type) return true;
  return false;
}

Parameter parameter(const TokenList& tokens, std::size_t first, std::size_t last) {
  std::size_t end = first;  // before the default argument
  int angles = 0;
  for (; end < last; ++end) {
    if (tokens.token(end).is("=") && angles <= 0) break;
    if (tokens.token(end).is("<")) ++angles;
    if (tokens.token(end).is(">")) --angles;
  }
  Parameter p;
  p.declaration = tokens.joined(first, last);
  p.type = tokens.joined(first, end);
  std::size_t name = end;
  while (name > first && (tokens.token(name - 1).is("]") || tokens.token(name - 1).is(")")))
    name = tokens.token(name - 1).is("]") ? tokens.before(name - 1) : name - 1;  // x[3], (*x)
  for (std::size_t i = first; i < end; ++i) p.is_pack |= tokens.token(i).is("...");
  if (name == first || tokens.token(name - 1).kind != Kind::word ||
      is_builtin_type(tokens.token(name - 1).text) || (name - 1 > first && tokens.token(name - 2).is("::")) ||
      name - 1 == first) {
    p.name = "triptych_" + std::to_string(first);
    p.declaration = p.type + " " + p.name;
    if (end < last) p.declaration += tokens.joined(end, last);
    return p;
  }
  p.name = tokens.token(name - 1).text;
  return p;
}

}  // namespace

bool is_attribute_with_arguments(std::string_view word) {
  return word == "__launch_bounds__" || word == "__attribute__" || word == "__align__" ||
         word == "__cluster_dims__" || word == "__maxnreg__" || word == "__block_size__" ||
         word == "alignas" || word == "__declspec";
}

std::vector<Parameter> parameters_of(const TokenList& tokens, std::size_t first, std::size_t last) {
  std::vector<Parameter> result;
  std::size_t begin = first;
  int angles = 0;
  for (std::size_t i = first; i <= last; ++i) {
    const std::string_view t = i == last ? "," : tokens.token(i).text;
    if (i < last && (t == "(" || t == "[" || t == "{")) {
      i = tokens.behind(i) - 1;
      continue;
    }
    if (t == "<") ++angles;
    if (t == ">") --angles;
    if (t != "," || (angles > 0 && i < last)) continue;
    if (i > begin && !(i == begin + 1 && tokens.token(begin).is("void")))
      result.push_back(parameter(tokens, begin, i));
    begin = i + 1;
  }
  return result;
}

std::string launcher_of(const KernelHead& head) {
  std::string names, types, values, arguments;
  for (const Parameter& p : head.template_parameters)
    arguments += (arguments.empty() ? "" : ", ") + p.name + (p.is_pack ? "..." : "");
  for (const Parameter& p : head.parameters) {
    const char* const comma = names.empty() ? "" : ", ";
    names += comma + p.declaration;
    types += comma + p.type;
    values += ", " + p.name + (p.is_pack ? "..." : "");
  }
  const std::string address = head.name + (arguments.empty() ? "" : "<" + arguments + ">");
  return " " + head.template_head + " inline auto triptych_launch_" + head.name + "(" + names +
         ") { return triptych_bound(static_cast<void (*)(" + types + ")>(&" + address + ")" + values + "); }";
}

}  // namespace triptych::laboratory
