#pragma once
#include <cmath>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "engine/error.h"
#include "reid/training/trainer.h"

// Shared by the writers of JSON; included by .cpp files of this folder alone.
namespace triptych::report {

using Json = nlohmann::ordered_json;

// JSON has no NaN and no infinity, and the library would silently write `null` for them.
inline double finite(double value, const char* what) {
  require(std::isfinite(value), "the result '{}' is {}: the training diverged; try a lower --rate", what,
          value);
  return value;
}

Json to_json(const EmRecord& record);
Json to_json(const ValidationRecord& record);
// The JSON object of a file that a page shows leniently, read with the limits of engine/json.h; nothing when
// the text is no such object (a line that a kill cut off).
std::optional<Json> lenient_object(const std::string& text);

// Errors begin with `origin`.
EmRecord em_from_json(const Json& json, const std::string& origin);
ValidationRecord validation_from_json(const Json& json, const std::string& origin);

}  // namespace triptych::report
