#pragma once
#include <string>

#include "engine/parameter.h"

namespace triptych {

// "tier1" + "weight" -> "tier1.weight"; an empty prefix is omitted.
inline std::string join_names(const std::string& prefix, const std::string& name) {
  return prefix.empty() ? name : prefix + "." + name;
}

// Used by every layer's list() for each of its parameters. A parameter without a value (a bias that is
// switched off) is not listed.
inline void list_parameter(const std::string& prefix, const std::string& name, Parameter& parameter,
                           ParameterList& out) {
  if (parameter.value) out.push_back({join_names(prefix, name), &parameter});
}

}  // namespace triptych
