// Layouts whose images are the frames of sequences.
#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

#include "datasets/layouts.h"
#include "datasets/mat_file.h"
#include "engine/error.h"
#include "engine/file.h"

namespace triptych {
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> folders;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    if (entry.is_directory() && entry.path().filename().string().front() != '.')
      folders.push_back(entry.path());
  std::ranges::sort(folders);
  return folders;
}

Index number_of(const std::string& digits) {
  constexpr std::size_t most = 12;  // digits
  return digits.size() <= most ? std::stoll(digits) : -1;
}

// PRID 2011, multi_shot: cam_a/person_0001/0001.png. Up to 200 a number is one person in both cameras, beyond
// each camera counts its own strangers.
NamedSet read_prid_walks(const fs::path& root) {
  NamedSet set{"PRID 2011 multi-shot", {}, 0, {}};
  for (const char* camera : {"cam_a", "cam_b"})
    for (const fs::path& folder : folders_in(root / camera)) {
      auto person = number_after(folder.filename().string(), "person_");
      if (!person) fail_name(folder, set.layout, "folders are person_ and a number");
      if (number_of(*person) > 200) *person += fmt::format(" of {}", camera);
      for (const fs::path& file : images_in(folder)) {
        const auto frame = number_after(file.stem().string(), "");
        if (!frame) fail_name(file, set.layout, "names are the frame's number");
        set.samples.push_back({*person, camera, file, Part::any, 0, number_of(*frame)});
      }
    }
  return set;
}

// iLIDS-VID: cam1/person001/cam1_person001_00317.png.
NamedSet read_ilids(const fs::path& root) {
  NamedSet set{"iLIDS-VID", {}, 0, {}};
  for (const char* camera : {"cam1", "cam2"})
    for (const fs::path& folder : folders_in(root / camera)) {
      const std::string name = folder.filename().string();
      const auto person = number_after(name, "person");
      if (!person) fail_name(folder, set.layout, "folders are person and a number");
      for (const fs::path& file : images_in(folder)) {
        const auto frame = number_after(file.stem().string(), fmt::format("{}_{}_", camera, name));
        if (!frame)
          fail_name(file, set.layout,
                    "names repeat the folders and end in the frame's number, as in "
                    "cam1_person001_00317.png");
        set.samples.push_back({*person, camera, file, Part::any, 0, number_of(*frame)});
      }
    }
  return set;
}

std::vector<std::string> lines_of(const fs::path& file) {
  std::vector<std::string> lines;
  std::istringstream text(read_file(file));
  for (std::string line; std::getline(text, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

std::vector<double> numbers_of(const fs::path& file, const char* name) {
  const std::string bytes = read_file(file);
  const auto found =
      read_mat({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, file.string());
  const auto variable = found.find(name);
  require(variable != found.end() && !variable->second.numbers.empty(), "{} has no list of numbers called {}",
          file.string(), name);
  return variable->second.numbers;
}

// query_IDX counts the rows of track_test_info from 1; a row is the first and the last line of the sequence
// in test_name.txt, its person and its camera. A sequence's name is that of its frames without the frame:
// 0002C1T0001.
std::set<std::string> queries_of_mars(const fs::path& info, const std::vector<std::string>& names) {
  const std::vector<double> rows = numbers_of(info / "tracks_test_info.mat", "track_test_info"),
                            queries = numbers_of(info / "query_IDX.mat", "query_IDX");
  const std::size_t tracks = rows.size() / 4;
  std::set<std::string> found;
  for (const double query : queries) {
    const bool whole = query >= 1 && query <= static_cast<double>(tracks) && query == std::floor(query);
    require(whole, "{}: query_IDX holds {}, but there are {} sequences", (info / "query_IDX.mat").string(),
            query, tracks);
    const double line = rows[static_cast<std::size_t>(query) - 1];  // columns come first
    require(line >= 1 && line <= static_cast<double>(names.size()),
            "{}: a sequence begins on line {} of test_name.txt, which has {}",
            (info / "tracks_test_info.mat").string(), line, names.size());
    const std::string& name = names[static_cast<std::size_t>(line) - 1];
    found.insert(name.substr(0, name.find('F')));
  }
  return found;
}

}  // namespace

std::optional<NamedSet> read_walks(const fs::path& where) {
  for (const fs::path& root : {where, where / "sequences", where / "i-LIDS-VID" / "sequences"})
    if (fs::is_directory(root / "cam1") && fs::is_directory(root / "cam2")) return read_ilids(root);
  if (!fs::is_directory(where / "cam_a") || !fs::is_directory(where / "cam_b")) return {};
  const std::vector<fs::path> folders = folders_in(where / "cam_a");
  if (folders.empty() || !images_in(where / "cam_a").empty()) return {};
  return read_prid_walks(where);
}

std::optional<NamedSet> read_mars(const fs::path& root) {
  for (const char* folder : {"bbox_train", "bbox_test", "info"})
    if (!fs::is_directory(root / folder)) return {};
  NamedSet set{"MARS", {}, 0, {}};
  for (const bool training : {true, false}) {
    const fs::path folder = root / (training ? "bbox_train" : "bbox_test"),
                   list = root / "info" / (training ? "train_name.txt" : "test_name.txt");
    const std::vector<std::string> names = lines_of(list);
    const std::set<std::string> queries =
        training ? std::set<std::string>() : queries_of_mars(root / "info", names);
    for (const std::string& name : names) {
      const auto parsed = parse_mars_name(fs::path(name).stem().string());
      const fs::path file = folder / name.substr(0, 4) / name;
      if (!parsed)
        fail_name(file, set.layout, "names are like 0001C1T0001F001: person, camera, sequence, frame");
      if (parsed->identity == "00-1") {
        ++set.junk;
        continue;
      }
      require(fs::is_regular_file(file), "{} names the image {}, which is not there", list.string(),
              file.string());
      const Part part = training                                           ? Part::train
                        : queries.contains(name.substr(0, name.find('F'))) ? Part::query
                                                                           : Part::gallery;
      const bool distracts = parsed->identity == "0000";
      set.samples.push_back(
          {distracts ? "" : parsed->identity, parsed->camera, file, part, parsed->sequence, parsed->frame});
    }
  }
  return set;
}

}  // namespace triptych
