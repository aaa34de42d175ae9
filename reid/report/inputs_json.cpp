#include "reid/report/inputs_json.h"

#include "engine/json.h"

namespace triptych::report {

nlohmann::ordered_json to_json(const Inputs& inputs) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const auto& [name, value] : inputs) json[name] = value;
  return json;
}

Inputs inputs_from_json(const nlohmann::ordered_json& json) {
  Inputs inputs;
  require(json.is_object(), "the inputs of a key are {}, not an object", shown_json(json));
  for (const auto& [name, value] : json.items()) inputs.push_back({name, json_text(value, name)});
  return inputs;
}

}  // namespace triptych::report
