#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "reid/experiment/inputs.h"
#include "reid/table/outcome.h"

namespace triptych {

// The row of a table on one split, with all that decided it.
struct Row {
  Outcome outcome;
  std::string key;  // key_of(inputs)
  Inputs inputs;
};

// Rows on disk, FOLDER/SLUG/KEY.json each, with every rank. A row is found under an equal key and no other;
// rows of other keys stay beside it.
class Rows {
 public:
  explicit Rows(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Nothing when there is none, or one that is cut off or was changed: it is computed again.
  std::optional<Row> find(const std::string& slug, const Inputs& inputs) const;
  void keep(const Row& row) const;
  bool has(const std::string& slug) const { return std::filesystem::exists(folder_ / slug); }

 private:
  std::filesystem::path path(const std::string& slug, const std::string& key) const {
    return folder_ / slug / (short_key(key) + ".json");
  }
  std::filesystem::path folder_;
};

std::string to_json(const Row& row);
std::optional<Row> row_from_json(const std::string& text);

}  // namespace triptych
