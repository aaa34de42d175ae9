#include "reid/report/inputs_json.h"

#include <nlohmann/json.hpp>

namespace triptych::report {

nlohmann::ordered_json to_json(const Inputs& inputs) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const auto& [name, value] : inputs) json[name] = value;
  return json;
}

Inputs inputs_from_json(const nlohmann::ordered_json& json) {
  Inputs inputs;
  for (const auto& [name, value] : json.items()) inputs.push_back({name, value.get<std::string>()});
  return inputs;
}

}  // namespace triptych::report
