#include <array>
#include <sstream>

#include "datasets/layouts.h"
#include "engine/error.h"
#include "engine/file.h"

namespace triptych {
namespace fs = std::filesystem;

namespace {

struct PartList {
  const char* file;
  Part part;
};
constexpr std::array<PartList, 4> lists = {{{"list_train.txt", Part::train},
                                            {"list_val.txt", Part::train},
                                            {"list_query.txt", Part::query},
                                            {"list_gallery.txt", Part::gallery}}};

// The folder of the training or test images in either version of the data set.
fs::path folder_of(const fs::path& root, bool training) {
  for (const char* name : {training ? "train" : "test", training ? "mask_train_v2" : "mask_test_v2"})
    if (fs::is_directory(root / name)) return root / name;
  fail("{} has the lists of MSMT17, but neither {} with their images; unpack the whole data set",
       root.string(), training ? "train/ nor mask_train_v2/" : "test/ nor mask_test_v2/");
}

}  // namespace

std::optional<std::string> camera_of_msmt17(std::string_view stem) {
  std::size_t first = 0;
  for (int word = 0; word < 2; ++word) {
    first = stem.find('_', first);
    if (first == std::string_view::npos) return {};
    ++first;
  }
  const std::string_view camera = stem.substr(first, stem.find('_', first) - first);
  if (camera.empty() || camera.find_first_not_of("0123456789") != std::string_view::npos) return {};
  return std::string(camera);
}

// A line of a list: "0000/0000_000_01_0303morning_0015_0.jpg 0", a path and a label. Training and test people
// are numbered from 0 each: person 0 of the one and of the other are two people.
std::optional<NamedSet> read_msmt17(const fs::path& root) {
  for (const PartList& list : lists)
    if (!fs::is_regular_file(root / list.file)) return {};
  NamedSet set{"MSMT17", {}, 0, {}};
  for (const auto& [name, part] : lists) {
    const fs::path file = root / name, folder = folder_of(root, part == Part::train);
    std::istringstream lines(read_file(file));
    Index number = 0;
    for (std::string line; std::getline(lines, line);) {
      ++number;
      std::istringstream words(line);
      std::string image, label, rest;
      if (!(words >> image)) continue;
      const std::string where = fmt::format("{}, line {}", file.string(), number);
      require(static_cast<bool>(words >> label) && !(words >> rest),
              "{}: '{}' is not a path and a person's number", where, line);
      const auto camera = camera_of_msmt17(fs::path(image).stem().string());
      require(camera.has_value(), "{}: the third word of the name {} is not a camera's number", where, image);
      require(fs::is_regular_file(folder / image), "{}: there is no image {}", where,
              (folder / image).string());
      set.samples.push_back(
          {(part == Part::train ? "train " : "test ") + label, *camera, folder / image, part});
    }
  }
  return set;
}

}  // namespace triptych
