#include "reid/report/page/run_section.h"

#include "engine/json.h"
#include "reid/report/json.h"

namespace triptych {

using report::Json;

Section run_section(const std::string& results, const DataSummary& summary) {
  const auto read = report::lenient_object(results);
  Json data = {{"complete", read.has_value()}};
  if (read) {
    const Json& json = *read;
    for (const char* key :
         {"command", "commit", "build_flags", "device", "instruction_set", "threads", "data", "data_hash",
          "protocol", "seed", "seconds", "cmc", "deviation", "map", "minp", "queries", "gallery", "options"})
      if (json.contains(key)) data[key] = json.at(key);
    if (json.contains("splits")) data["splits"] = json.at("splits").size();
  }
  if (summary.images > 0)
    data["summary"] = {{"name", summary.name},
                       {"layout", summary.layout},
                       {"images", summary.images},
                       {"people", summary.identities},
                       {"cameras", summary.cameras},
                       {"train", summary.train},
                       {"validation", summary.validation},
                       {"test", summary.test}};
  return {"run", json_dump(data)};
}

}  // namespace triptych
