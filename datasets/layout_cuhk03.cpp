#include <algorithm>
#include <array>
#include <cmath>

#include "datasets/layouts.h"
#include "datasets/mat_file.h"
#include "engine/error.h"
#include "engine/file.h"

namespace triptych {
namespace fs = std::filesystem;

namespace {

// The images come twice: cut out by hand, and by a detector. Each has lists of its own.
constexpr std::array<const char*, 2> boxes = {"labeled", "detected"};

fs::path lists_of(const fs::path& folder, const char* kind) {
  return folder / fmt::format("cuhk03_new_protocol_config_{}.mat", kind);
}

// The lists, and the folder of the images that they name.
struct Place {
  fs::path lists, images;
};

// Images stand in images_labeled/ and images_detected/ beside the lists; `root` is that folder, or one of
// those two.
std::optional<Place> place_of(const fs::path& root) {
  std::vector<Place> found;
  bool lists = false;
  for (const char* kind : boxes) {
    const std::string folder = fmt::format("images_{}", kind);
    const fs::path inside = fs::absolute(root).lexically_normal();
    const fs::path name = inside.has_filename() ? inside.filename() : inside.parent_path().filename();
    if (name == folder && fs::is_regular_file(lists_of(root / "..", kind)))
      return Place{lists_of(root / "..", kind), root};
    if (!fs::is_regular_file(lists_of(root, kind))) continue;
    lists = true;
    if (fs::is_directory(root / folder)) found.push_back({lists_of(root, kind), root / folder});
  }
  require(found.size() < 2, "{} holds both kinds of images of CUHK03; give one of the two folders, {} or {}",
          root.string(), (root / "images_labeled").string(), (root / "images_detected").string());
  require(!lists || !found.empty(),
          "{} has lists of CUHK03, but neither images_labeled/ nor images_detected/; write the images of "
          "cuhk-03.mat there, named as the lists name them (1_001_1_01.png)",
          root.string());
  return found.empty() ? std::optional<Place>{} : found.front();
}

// Whole numbers from 1 to `largest`.
std::vector<std::size_t> whole_numbers(const std::map<std::string, MatVariable>& lists, const char* name,
                                       double largest, const std::string& origin) {
  const auto found = lists.find(name);
  require(found != lists.end() && !found->second.numbers.empty(), "{} has no list of numbers called {}",
          origin, name);
  std::vector<std::size_t> numbers;
  for (const double number : found->second.numbers) {
    require(number >= 1 && number <= largest && number == std::floor(number),
            "{}: {} holds {}, which is not a whole number from 1 to {}", origin, name, number, largest);
    numbers.push_back(static_cast<std::size_t>(number));
  }
  return numbers;
}

}  // namespace

// filelist{i} is the name of image i, labels(i) its person, camId(i) its camera; train_idx, query_idx and
// gallery_idx count images from 1. "New protocol": 767 people train, 700 test (Zhong et al. 2017,
// "Re-ranking person re-identification with k-reciprocal encoding").
std::optional<NamedSet> read_cuhk03(const fs::path& root) {
  const std::optional<Place> place = place_of(root);
  if (!place) return {};
  const std::string origin = place->lists.string(), bytes = read_file(place->lists);
  const auto lists = read_mat({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, origin);
  const auto files = lists.find("filelist");
  require(files != lists.end() && !files->second.texts.empty(), "{} has no list of names called filelist",
          origin);
  const std::vector<std::string>& names = files->second.texts;
  constexpr double any = 1e6;
  const auto people = whole_numbers(lists, "labels", any, origin),
             cameras = whole_numbers(lists, "camId", any, origin);
  require(people.size() == names.size() && cameras.size() == names.size(),
          "{} names {} images, but has {} labels and {} cameras", origin, names.size(), people.size(),
          cameras.size());

  NamedSet set{"CUHK03, new protocol", {}, 0, {}};
  struct {
    const char* list;
    Part part;
  } const parts[] = {{"train_idx", Part::train}, {"query_idx", Part::query}, {"gallery_idx", Part::gallery}};
  for (const auto& [list, part] : parts)
    for (const std::size_t number : whole_numbers(lists, list, static_cast<double>(names.size()), origin)) {
      const fs::path file = place->images / names[number - 1];
      require(fs::is_regular_file(file), "{} names the image {}, which is not there", origin, file.string());
      set.samples.push_back(
          {fmt::format("{:04}", people[number - 1]), std::to_string(cameras[number - 1]), file, part});
    }
  return set;
}

}  // namespace triptych
