#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "apps/options.h"
#include "datasets/dataset.h"

namespace triptych {

// What a command that writes a row for each image takes: --data or --list, --memory, --data-seed and --out.
// `columns`: what the columns are, for the help text.
void add_rows_options(CLI::App& app, DataChoice& data, std::string& out, const char* columns);
// For the command's callback and its start: one of --data and --list must be given; --out must end in .npy.
void require_images(const CLI::App& app);
void require_array_name(const std::string& out);

// An array with a row for each image of a data set, and the list that says which: OUT.npy, float32
// [images, columns], and OUT.csv with row, file, person and camera (from 1).
class RowsOutput {
 public:
  // Checks both files before any work is done: `out` must end in .npy, and neither may be an input of the
  // command or hold something else. `inputs`: files besides the images.
  RowsOutput(const std::string& out, const Dataset& dataset, std::vector<std::filesystem::path> inputs = {});
  // values [images, columns]
  void write(Index columns, std::span<const Real> values) const;
  const std::filesystem::path& list() const { return list_; }

 private:
  const Dataset& dataset_;
  std::filesystem::path array_, list_;
};

}  // namespace triptych
