#pragma once
#include <string>

#include "engine/parameter.h"

namespace triptych {

// "tier1" + "weight" -> "tier1.weight"; an empty prefix adds nothing.
inline std::string join_names(const std::string& prefix, const std::string& name) {
  return prefix.empty() ? name : prefix + "." + name;
}

// What every layer's list() does for each of its parameters. A parameter without a value (a bias that was
// switched off) does not exist and is not listed.
inline void list_parameter(const std::string& prefix, const std::string& name, Parameter& parameter,
                           ParameterList& out) {
  if (parameter.value) out.push_back({join_names(prefix, name), &parameter});
}

}  // namespace triptych
