#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "kernels/laboratory/token_list.h"

// The head of a kernel's definition, and the function that launches it.
namespace triptych::laboratory {

// The parameters of a template or of a function, by their tokens.
struct Parameter {
  std::string declaration;  // with its default argument
  std::string type;         // without it, for a type of function
  std::string name;
  bool is_pack = false;
};

struct KernelHead {
  std::string name;
  std::string template_head;  // "template <class T, int N>"; empty: no template
  std::vector<Parameter> template_parameters, parameters;
};

// __launch_bounds__ and others that are followed by parentheses of their own.
bool is_attribute_with_arguments(std::string_view word);
// The parameters between tokens first .. last - 1.
std::vector<Parameter> parameters_of(const TokenList& tokens, std::size_t first, std::size_t last);
// inline auto triptych_launch_NAME(...), with the kernel's own template parameters and parameters.
std::string launcher_of(const KernelHead& head);

}  // namespace triptych::laboratory
