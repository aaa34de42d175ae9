#include "apps/image_list.h"

#include <CLI/CLI.hpp>

#include "engine/error.h"
#include "engine/file.h"
#include "engine/text.h"
#include "reid/report/npy.h"

namespace triptych {
namespace {

constexpr const char* header = "row,file,person,camera\n";
constexpr const char* array_kind = "a NumPy array";

std::string image_list(const Dataset& dataset) {
  std::string text = header;
  for (std::size_t row = 0; row < dataset.samples.size(); ++row) {
    const Sample& sample = dataset.samples[row];
    const std::string identity = sample.identity == distractor
                                     ? ""
                                     : dataset.identity_names[static_cast<std::size_t>(sample.identity)];
    text += fmt::format("{},{},{},{}\n", row, csv_field(sample.file.string()), csv_field(identity),
                        sample.camera + 1);
  }
  return text;
}

}  // namespace

void add_rows_options(CLI::App& app, DataChoice& data, std::string& out, const char* columns) {
  app.add_option("--data", data.data, "a folder of images, or synthetic[:PEOPLE]");
  app.add_option("--list", data.list, "CSV file that lists the images (see train --help)");
  add_memory_option(app, data);
  app.add_option("--data-seed", data.data_seed, "of synthetic people")->capture_default_str();
  app.add_option(
         "--out", out,
         fmt::format("a .npy file, float32 [images, {}]; rows are listed in the .csv beside it", columns))
      ->required();
}

void require_images(const CLI::App& app) {
  if (app.count("--data") == 0 && app.count("--list") == 0) throw CLI::RequiredError("--data or --list");
}

void require_array_name(const std::string& out) {
  require(std::filesystem::path(out).extension() == ".npy",
          "--out {} must end in .npy; the list of images goes into the .csv beside it", out);
}

RowsOutput::RowsOutput(const std::string& out, const Dataset& dataset,
                       std::vector<std::filesystem::path> inputs)
    : dataset_(dataset), array_(out), list_(out) {
  require_array_name(out);
  list_.replace_extension(".csv");
  for (const Sample& sample : dataset.samples) inputs.push_back(sample.file);
  for (const std::filesystem::path& file : {array_, list_}) {
    require_output(file, "--out", inputs);
    require_replaceable(file, file == array_ ? array_kind : file_kind(header));
  }
}

void RowsOutput::write(Index columns, std::span<const Real> values) const {
  write_npy(array_, static_cast<Index>(dataset_.samples.size()), columns, values);
  write_file(list_, image_list(dataset_));
}

}  // namespace triptych
