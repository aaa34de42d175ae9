#pragma once
#include <nlohmann/json_fwd.hpp>

#include "reid/key.h"

// Inputs as a JSON object, name to value. Included by .cpp files alone.
namespace triptych::report {

nlohmann::ordered_json to_json(const Inputs& inputs);
Inputs inputs_from_json(const nlohmann::ordered_json& json);

}  // namespace triptych::report
