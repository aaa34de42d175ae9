#include "datasets/layouts.h"

#include <algorithm>
#include <charconv>

#include "datasets/image.h"
#include "engine/error.h"

namespace triptych {
namespace fs = std::filesystem;

namespace {

bool has_folders(const fs::path& root, std::initializer_list<const char*> names) {
  return std::all_of(names.begin(), names.end(),
                     [&](const char* name) { return fs::is_directory(root / name); });
}

// PRID 2011 numbers each camera's strangers from 201 on: person_0300 of A and person_0300 of B are two
// people.
bool is_above(std::string_view digits, int limit) {
  int number = 0;
  return std::from_chars(digits.data(), digits.data() + digits.size(), number).ec != std::errc() ||
         number > limit;
}

// "0002_c1_f0044158": in Market-1501 the camera is followed by a sequence, c1s1.
bool has_duke_name(const fs::path& file) {
  const std::string stem = file.stem().string();
  const std::size_t camera = stem.find("_c");
  if (camera == std::string::npos) return false;
  const std::string_view rest = std::string_view(stem).substr(camera + 2);
  return rest.substr(std::min(rest.find_first_not_of("0123456789"), rest.size())).starts_with("_f");
}

// Names as in Market-1501 in a folder for each person: the name says the person, too.
bool names_its_folder(const fs::path& file) {
  const auto name = parse_market_name(file.stem().string());
  return name && name->identity == file.parent_path().filename().string();
}

}  // namespace

std::vector<fs::path> images_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const fs::path& path = entry.path();
    if (path.filename().string().front() != '.' && has_image_name(path) && !entry.is_directory())
      files.push_back(path);
  }
  std::sort(files.begin(), files.end());
  return files;
}

void fail_name(const fs::path& file, std::string_view layout, std::string_view rule) {
  fail("the name {} does not fit the layout {}, where {}; rename the image or take it out", file.string(),
       layout, rule);
}

std::optional<NamedSet> read_camera_pair(const fs::path& where) {
  const fs::path root = fs::is_directory(where / "single_shot") ? where / "single_shot" : where;  // PRID 2011
  if (!has_folders(root, {"cam_a", "cam_b"})) return {};
  const std::vector<fs::path> first = images_in(root / "cam_a");
  if (first.empty()) fail("the folder {} holds no images", (root / "cam_a").string());

  // The first image tells which of the three it is; all others must follow the same rule.
  const std::string stem = first.front().stem().string();
  const bool prid_2011 = number_after(stem, "person_").has_value(),
             viper = number_before_angle(stem).has_value();
  if (!prid_2011 && !viper && !number_after(stem, "img_"))
    fail("the name {} fits none of the layouts with cam_a/ and cam_b/; these are understood:\n{}",
         first.front().string(), understood_layouts());
  NamedSet set{prid_2011 ? "PRID 2011" : viper ? "VIPeR" : "PRID-450S", {}, 0, {}};
  const char* rule = prid_2011 ? "names are person_ and a number"
                     : viper   ? "names are PERSON_ANGLE, two numbers"
                               : "names are img_ and a number";
  for (const char* camera : {"cam_a", "cam_b"})
    for (const fs::path& file : images_in(root / camera)) {
      const std::string name = file.stem().string();
      auto identity = prid_2011 ? number_after(name, "person_")
                      : viper   ? number_before_angle(name)
                                : number_after(name, "img_");
      if (!identity) fail_name(file, set.layout, rule);
      if (prid_2011 && is_above(*identity, 200)) *identity += fmt::format(" of {}", camera);
      set.samples.push_back({*identity, camera, file});
    }
  if (prid_2011)
    set.warnings.push_back(
        "images named person_NUMBER follow the rule of PRID 2011: above 200 the cameras number different "
        "people, who become distractors; if yours are the same people, name them img_NUMBER");
  return set;
}

std::optional<NamedSet> read_market(const fs::path& root) {
  if (!has_folders(root, {"bounding_box_train", "query", "bounding_box_test"})) return {};
  const std::vector<fs::path> training = images_in(root / "bounding_box_train");
  const bool duke = !training.empty() && has_duke_name(training.front());
  NamedSet set{duke ? "DukeMTMC-reID" : "Market-1501", {}, 0, {}};
  struct {
    const char* folder;
    Part part;
  } const parts[] = {
      {"bounding_box_train", Part::train}, {"query", Part::query}, {"bounding_box_test", Part::gallery}};
  for (const auto& [folder, part] : parts)
    for (const fs::path& file : images_in(root / folder)) {
      const auto name = parse_market_name(file.stem().string());
      if (!name) fail_name(file, set.layout, "names begin like 0002_c1s1: the person, then the camera");
      // Junk (-1) counts neither as right nor as wrong, wherever it is ranked: the same as not being there.
      if (name->identity.starts_with("-")) {
        ++set.junk;
        continue;
      }
      const bool distracts = name->identity.find_first_not_of('0') == std::string::npos;  // 0000
      // Neighbouring frames of one person by one camera are a short sequence; 0000 are many people.
      NamedSample sample{distracts ? "" : name->identity, name->camera, file, part};
      if (!distracts) sample.sequence = name->sequence, sample.frame = name->frame;
      set.samples.push_back(std::move(sample));
    }
  return set;
}

std::optional<NamedSet> read_plain(const fs::path& root) {
  NamedSet set{"plain ID/CAMERA_*.png", {}, 0, {}};
  std::vector<fs::path> identities;
  for (const fs::directory_entry& entry : fs::directory_iterator(root))
    if (entry.is_directory() && entry.path().filename().string().front() != '.')
      identities.push_back(entry.path());
  std::sort(identities.begin(), identities.end());
  std::vector<fs::path> files;
  for (const fs::path& identity : identities)
    for (const fs::path& file : images_in(identity)) files.push_back(file);
  const bool market_names = !files.empty() && std::ranges::all_of(files, names_its_folder);
  if (market_names) set.layout = "plain ID/ID_c1s1_*.jpg";
  bool cameras_in_names = true;
  for (const fs::path& file : files) {
    const std::string name = file.stem().string();
    const std::size_t underscore = name.find('_');
    if (underscore == std::string::npos || underscore == 0) cameras_in_names = false;
    set.samples.push_back({file.parent_path().filename().string(),
                           market_names ? parse_market_name(name)->camera : name.substr(0, underscore),
                           file});
  }
  if (set.samples.empty() || !cameras_in_names) return {};
  return set;
}

}  // namespace triptych
