#include "datasets/list_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>

#include "datasets/csv.h"
#include "engine/error.h"
#include "engine/file.h"

namespace triptych {
namespace fs = std::filesystem;

namespace {

enum Column { path, person, camera, part, sequence, frame, columns };
constexpr std::array<const char*, columns> column_names = {"path", "person",   "camera",
                                                           "part", "sequence", "frame"};
constexpr const char* all_columns = "path, person, camera, part and, if wanted, sequence and frame";

// Where each column stands in a record; sequence and frame may be missing.
std::array<std::optional<std::size_t>, columns> places_of_columns(const CsvRecord& header,
                                                                  const std::string& file) {
  std::array<std::optional<std::size_t>, columns> place;
  for (std::size_t i = 0; i < header.fields.size(); ++i) {
    const auto found = std::ranges::find(column_names, header.fields[i]);
    require(found != column_names.end(), "{}, line {}: there is no column '{}'; the columns are {}", file,
            header.line, header.fields[i], all_columns);
    auto& at = place[static_cast<std::size_t>(found - column_names.begin())];
    require(!at, "{}, line {}: the column '{}' stands there twice", file, header.line, header.fields[i]);
    at = i;
  }
  for (const Column needed : {path, person, camera, part})
    require(place[needed].has_value(),
            "{}, line {}: the first line lacks the column '{}'; the columns are {}", file, header.line,
            column_names[needed], all_columns);
  return place;
}

// None for junk.
std::optional<Part> part_of(const std::string& text, const std::string& where) {
  if (text == "junk") return {};
  if (text.empty() || text == "any") return Part::any;
  if (text == "train") return Part::train;
  if (text == "query") return Part::query;
  require(text == "gallery", "{}: the part '{}' is none of train, query, gallery, any and junk", where, text);
  return Part::gallery;
}

Index number_of(const std::string& text, const char* column, const std::string& where) {
  Index number = -1;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  require(parsed.ec == std::errc() && parsed.ptr == end && number >= 0,
          "{}: the {} '{}' is not a whole number", where, column, text);
  return number;
}

}  // namespace

NamedSet read_list(const fs::path& file, const fs::path& root) {
  const std::string name = file.string();
  const std::vector<CsvRecord> records = parse_csv(read_file(file), name);
  require(!records.empty(), "{} is empty; its first line names the columns {}", name, all_columns);
  const auto place = places_of_columns(records.front(), name);
  NamedSet set{"list", {}, 0, {}};
  std::map<std::string, Index> line_of;  // of each path
  for (std::size_t r = 1; r < records.size(); ++r) {
    const CsvRecord& record = records[r];
    const std::string where = fmt::format("{}, line {}", name, record.line);
    require(record.fields.size() == records.front().fields.size(),
            "{}: {} fields where the first line has {}", where, record.fields.size(),
            records.front().fields.size());
    const auto field = [&](Column column) {
      return place[column] ? record.fields[*place[column]] : std::string();
    };
    const fs::path image = root / field(path);
    require(!field(path).empty() && fs::is_regular_file(image),
            "{}: there is no image {}; paths are relative to {}", where, image.string(), root.string());
    const auto [first, is_new] = line_of.emplace(field(path), record.line);
    require(is_new, "{}: {} is listed already, on line {}", where, field(path), first->second);
    require(!field(camera).empty(), "{}: the camera is missing", where);
    const std::optional<Part> belongs = part_of(field(part), where);
    NamedSample sample{field(person), field(camera), image, belongs.value_or(Part::any)};
    if (!field(sequence).empty()) sample.sequence = number_of(field(sequence), "sequence", where);
    if (!field(frame).empty()) sample.frame = number_of(field(frame), "frame", where);
    require(sample.frame < 0 || sample.sequence >= 0,
            "{}: frame {} belongs to no sequence; give the sequence's number, or leave both out", where,
            sample.frame);
    if (!belongs)
      ++set.junk;
    else
      set.samples.push_back(std::move(sample));
  }
  require(!set.samples.empty(), "{} lists no image", name);
  return set;
}

}  // namespace triptych
