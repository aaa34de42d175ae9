#include "datasets/dataset.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "datasets/layouts.h"
#include "datasets/list_file.h"
#include "datasets/sequences.h"
#include "engine/error.h"
#include "engine/text.h"

namespace triptych {
namespace fs = std::filesystem;

namespace {

// "a, b, c and 7 more"
std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), shown); ++i) text += (i ? ", " : "") + names[i];
  if (names.size() > shown) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

// Numbers by value ("c10" style padding varies between sets), words by alphabet, numbers first.
bool name_before(const std::string& a, const std::string& b) {
  const auto number = [](const std::string& s) {
    return !s.empty() && s.size() < 18 && s.find_first_not_of("0123456789") == std::string::npos;
  };
  if (number(a) && number(b) && std::stoll(a) != std::stoll(b)) return std::stoll(a) < std::stoll(b);
  if (number(a) != number(b)) return number(a);
  return a < b;
}

using Seen = std::map<std::string, std::set<std::string>>;  // which cameras saw a person

Seen cameras_of_identities(const std::vector<NamedSample>& samples, bool training) {
  Seen seen;
  for (const NamedSample& s : samples)
    if (!s.identity.empty() && (s.part == Part::any || (s.part == Part::train) == training))
      seen[s.identity].insert(s.camera);
  return seen;
}

// A person seen by one camera cannot be found again: in training no pair, in testing no match. They stay in
// the gallery as distractors, which is how PRID 2011 and similar sets mean it.
Index turn_lone_identities_into_distractors(NamedSet& set) {
  const Seen train = cameras_of_identities(set.samples, true),
             test = cameras_of_identities(set.samples, false);
  std::set<std::string> lone;
  for (NamedSample& s : set.samples) {
    if (s.identity.empty()) continue;
    const Seen& seen = s.part == Part::train ? train : test;
    if (seen.at(s.identity).size() < 2) {
      lone.insert(s.identity);
      s.identity.clear();
    }
  }
  return static_cast<Index>(lone.size());
}

// Market-1501: a query whose person has no gallery image from another camera can never be answered.
void drop_unanswerable_queries(NamedSet& set, const fs::path& root) {
  Seen gallery;
  Index queries = 0;
  for (const NamedSample& s : set.samples) {
    if (s.part == Part::gallery && !s.identity.empty()) gallery[s.identity].insert(s.camera);
    if (s.part == Part::query) ++queries;
  }
  if (queries == 0) return;
  std::set<std::string, decltype(&name_before)> absent(&name_before);
  const auto unanswerable = [&](const NamedSample& s) {
    if (s.part != Part::query) return false;
    const auto found = gallery.find(s.identity);
    const bool other_camera =
        found != gallery.end() && (found->second.size() > 1 || !found->second.contains(s.camera));
    if (!other_camera) absent.insert(s.identity.empty() ? "0000" : s.identity);
    return !other_camera;
  };
  const Index dropped = static_cast<Index>(std::erase_if(set.samples, unanswerable));
  if (dropped == 0) return;
  const std::string who = some_of({absent.begin(), absent.end()});
  if (dropped == queries)
    fail(
        "none of the query people of {} has an image from another camera in the gallery (absent: {}); "
        "check that queries and gallery come from the same data set and number people alike",
        root.string(), who);
  set.warnings.push_back(
      fmt::format("{} of {} queries were left out, their people have no image from another camera in the "
                  "gallery ({}); add those images, or take these queries out",
                  dropped, queries, who));
}

void count(Dataset& dataset) {
  dataset.images_of_camera.assign(static_cast<std::size_t>(dataset.cameras), 0);
  dataset.distractors = 0;
  for (const Sample& s : dataset.samples) {
    ++dataset.images_of_camera[static_cast<std::size_t>(s.camera)];
    if (s.identity == distractor) ++dataset.distractors;
  }
}

// "synthetic[:PEOPLE][,KNOB=VALUE]...": the knobs are those of SyntheticOptions, 0 (off) to 1.
SyntheticOptions parse_synthetic(const std::string& where) {
  SyntheticOptions options;
  const std::map<std::string_view, float SyntheticOptions::*> knobs = {
      {"viewpoint", &SyntheticOptions::viewpoint},
      {"pose", &SyntheticOptions::pose},
      {"illumination", &SyntheticOptions::illumination},
      {"cast", &SyntheticOptions::cast},
      {"clutter", &SyntheticOptions::clutter},
      {"occlusion", &SyntheticOptions::occlusion},
      {"misalignment", &SyntheticOptions::misalignment},
      {"blur", &SyntheticOptions::blur},
      {"noise", &SyntheticOptions::noise},
      {"appearance", &SyntheticOptions::appearance}};
  const std::size_t comma = std::min(where.find(','), where.size());
  if (const std::size_t colon = where.find(':'); colon < comma) {
    const char* end = where.data() + comma;
    const auto parsed = std::from_chars(where.data() + colon + 1, end, options.identities);
    if (parsed.ec != std::errc() || parsed.ptr != end || options.identities < 2 ||
        options.identities > 100000)
      fail("--data {}: after synthetic: stands the number of people, 2 to 100000, as in synthetic:200",
           where);
  }
  for (std::size_t at = comma; at < where.size();) {
    const std::size_t end = std::min(where.find(',', at + 1), where.size());
    const std::string_view setting = std::string_view(where).substr(at + 1, end - at - 1);
    const std::size_t equals = std::min(setting.find('='), setting.size());
    const auto knob = knobs.find(setting.substr(0, equals));
    float value = -1;
    const char* last = setting.data() + setting.size();
    if (equals < setting.size() && std::from_chars(setting.data() + equals + 1, last, value).ptr != last)
      value = -1;
    if (knob == knobs.end() || !(value >= 0 && value <= 1)) {
      std::string names;
      for (const auto& [name, member] : knobs) names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
      fail(
          "--data {}: '{}' is no KNOB=VALUE with a value from 0 to 1, as in synthetic:200,blur=0.5; the "
          "knobs are {}",
          where, setting, names);
    }
    options.*(knob->second) = value;
    at = end;
  }
  return options;
}

Dataset open_synthetic(const std::string& where, Index frames) {
  constexpr Index most_frames = 1000;
  require(frames >= 0 && frames <= most_frames, "--frames {}: a sequence has 1 to {} frames", frames,
          most_frames);
  Dataset dataset;
  dataset.name = dataset.layout = "synthetic";
  dataset.synthetic = true;
  dataset.synthetic_options = parse_synthetic(where);
  dataset.synthetic_options.frames = frames;
  dataset.root = where;
  dataset.identities = dataset.synthetic_options.identities;
  dataset.cameras = 2;
  for (Index identity = 0; identity < dataset.identities; ++identity)
    dataset.identity_names.push_back(fmt::format("{:04}", identity + 1));
  for (int camera = 0; camera < 2; ++camera)
    for (Index identity = 0; identity < dataset.identities; ++identity) {
      if (frames == 0) dataset.samples.push_back({identity, camera, {}, Part::any});
      for (Index frame = 0; frame < frames; ++frame)
        dataset.samples.push_back(
            {identity, camera, {}, Part::any, 0, frame, camera * dataset.identities + identity});
    }
  count(dataset);
  return dataset;
}

NamedSet recognise(const fs::path& root) {
  if (auto set = find_layout(root)) return *std::move(set);
  if (fs::is_empty(root))
    fail("the folder {} is empty; put images there in one of these layouts:\n{}", root.string(),
         understood_layouts());
  fail("the layout of {} is not one that is understood; these are:\n{}", root.string(), understood_layouts());
}

// Labels of the names. `root` stands in messages.
Dataset labelled(NamedSet set, const std::string& where, const fs::path& root) {
  for (const NamedSample& s : set.samples)
    if (const std::string fault = text_fault(s.file.native()); !fault.empty())
      fail("the name of the image {} {}; names stand in tables and pages: rename the file or its folder",
           shown(s.file), fault);
  drop_unanswerable_queries(set, root);
  number_tracks(set);

  Dataset dataset;
  dataset.root = where;
  dataset.name = fs::absolute(root).lexically_normal().filename().string();
  if (dataset.name.empty())
    dataset.name = fs::absolute(root).lexically_normal().parent_path().filename().string();
  dataset.layout = set.layout;
  dataset.junk = set.junk;
  dataset.one_camera_identities = turn_lone_identities_into_distractors(set);
  dataset.warnings = set.warnings;

  std::vector<std::string> identities, cameras;
  for (const NamedSample& s : set.samples) {
    if (!s.identity.empty()) identities.push_back(s.identity);
    cameras.push_back(s.camera);
  }
  const auto label = number_names(identities), camera = number_names(cameras);
  if (identities.empty())
    fail(
        "nobody in {} is seen by two cameras ({} images, {} cameras, layout {}): images of the same person "
        "from two cameras must carry the same number or name; the layouts that are understood:\n"
        "{}",
        where, set.samples.size(), cameras.size(), set.layout, understood_layouts());
  dataset.identities = static_cast<Index>(identities.size());
  dataset.identity_names = std::move(identities);
  dataset.cameras = static_cast<int>(cameras.size());
  for (const NamedSample& s : set.samples)
    dataset.samples.push_back({s.identity.empty() ? distractor : label.at(s.identity),
                               static_cast<int>(camera.at(s.camera)), s.file, s.part, s.sequence, s.frame,
                               s.track});
  std::stable_sort(dataset.samples.begin(), dataset.samples.end(), [](const Sample& a, const Sample& b) {
    return a.part != b.part ? a.part < b.part : a.camera < b.camera;
  });
  count(dataset);
  return dataset;
}

}  // namespace

std::map<std::string, Index> number_names(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end(), name_before);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::map<std::string, Index> label;
  for (std::size_t i = 0; i < names.size(); ++i) label[names[i]] = static_cast<Index>(i);
  return label;
}

std::optional<NamedSet> find_layout(const fs::path& root) {
  if (auto set = read_walks(root)) return set;
  if (auto set = read_mars(root)) return set;
  if (auto set = read_camera_pair(root)) return set;
  if (auto set = read_market(root)) return set;
  if (auto set = read_msmt17(root)) return set;
  if (auto set = read_cuhk03(root)) return set;
  return read_plain(root);
}

std::string understood_layouts() {
  return "  PRID-450S    cam_a/img_0001.png cam_b/img_0001.png    same number, same person\n"
         "  PRID 2011    cam_a/person_0001.png cam_b/...          the same up to 200, different people "
         "beyond\n"
         "  VIPeR        cam_a/000_45.bmp cam_b/000_90.bmp        the number before _ is the person\n"
         "  Market-1501  bounding_box_train/ query/ bounding_box_test/ with 0002_c1s1_000451_03.jpg\n"
         "  DukeMTMC     bounding_box_train/ query/ bounding_box_test/ with 0002_c1_f0044158.jpg\n"
         "  MSMT17       list_train.txt list_val.txt list_query.txt list_gallery.txt, train/ test/\n"
         "  CUHK03       cuhk03_new_protocol_config_detected.mat, images_detected/ (or labeled) with "
         "1_001_1_01.png\n"
         "  PRID 2011    multi_shot/: cam_a/person_0001/0001.png  a folder for each sequence\n"
         "  iLIDS-VID    sequences/cam1/person001/cam1_person001_00317.png\n"
         "  MARS         bbox_train/ bbox_test/ info/             with 0001/0001C1T0001F001.jpg\n"
         "  plain        ID/CAMERA_*.png or ID/ID_c1s1_*.jpg      a folder for each person\n"
         "  list         --list FILE.csv                          columns path,person,camera,part"
         "[,sequence,frame]\n"
         "  synthetic    synthetic:PEOPLE[,KNOB=0..1]...          no folder: people are drawn; with --frames "
         "N "
         "they walk";
}

Dataset open_dataset(const std::string& where, Index frames) {
  if (where == "synthetic" || where.starts_with("synthetic:") || where.starts_with("synthetic,"))
    return open_synthetic(where, frames);
  require(
      frames == 0,
      "--frames {} says how many frames of synthetic people are drawn; {} has its own: leave --frames out",
      frames, where);
  const fs::path root = where;
  try {
    if (!fs::exists(root))
      fail("there is no folder {}; give the folder of a data set, or synthetic:PEOPLE", where);
    if (!fs::is_directory(root))
      fail("{} is a file; give the folder of a data set, or synthetic:PEOPLE", where);
    return labelled(recognise(root), where, root);
  } catch (const fs::filesystem_error& error) {  // no permission to read a folder, a disk that went away
    fail("cannot read the folder {}: {}", error.path1().string(), error.code().message());
  }
}

Dataset open_list(const std::string& file, const std::string& root) {
  require(fs::is_regular_file(file), "there is no list {}; --list takes a CSV file", file);
  const fs::path folder = root.empty() ? fs::absolute(file).parent_path() : fs::path(root);
  require(fs::is_directory(folder), "there is no folder {} for the paths of {}", folder.string(), file);
  return labelled(read_list(file, folder), file, folder);
}

std::vector<std::vector<Index>> samples_by_identity_and_camera(const Dataset& dataset,
                                                               std::span<const Index> samples) {
  std::vector<std::vector<Index>> table(static_cast<std::size_t>(dataset.identities * dataset.cameras));
  for (const Index i : samples) {
    const Sample& s = dataset.samples[static_cast<std::size_t>(i)];
    if (s.identity != distractor)
      table[static_cast<std::size_t>(s.identity * dataset.cameras + s.camera)].push_back(i);
  }
  return table;
}

std::vector<Index> samples_for_training(const Dataset& dataset, std::span<const Index> identities) {
  std::vector<bool> wanted(static_cast<std::size_t>(dataset.identities), false);
  for (const Index identity : identities) wanted[static_cast<std::size_t>(identity)] = true;
  std::vector<Index> samples;
  for (std::size_t i = 0; i < dataset.samples.size(); ++i) {
    const Sample& sample = dataset.samples[i];
    const bool trains = sample.part == Part::any || sample.part == Part::train;
    if (trains && sample.identity != distractor && wanted[static_cast<std::size_t>(sample.identity)])
      samples.push_back(static_cast<Index>(i));
  }
  return samples;
}

std::string summary(const Dataset& dataset) {
  std::size_t images = dataset.frames.empty() ? dataset.samples.size() : 0;
  for (const std::vector<Sample>& frames : dataset.frames) images += frames.size();
  std::string text = fmt::format(
      "data set     {} ({})\nlayout       {}\nimages       {}\npeople       {} seen by two "
      "cameras or more\ncameras      {}, with ",
      dataset.name, dataset.root, dataset.layout, images, dataset.identities, dataset.cameras);
  for (std::size_t c = 0; c < dataset.images_of_camera.size(); ++c)
    text += fmt::format("{}{}", c ? ", " : "", dataset.images_of_camera[c]);
  text += dataset.frames.empty() ? " images\n" : " sequences\n";
  Index part[4] = {};
  for (const Sample& s : dataset.samples) ++part[static_cast<int>(s.part)];
  if (part[0] == 0)
    text += fmt::format("parts        {} train, {} query, {} gallery\n", part[static_cast<int>(Part::train)],
                        part[static_cast<int>(Part::query)], part[static_cast<int>(Part::gallery)]);
  text += sequence_summary(dataset);
  text += fmt::format("distractors  {} images", dataset.distractors);
  if (dataset.one_camera_identities > 0)
    text += fmt::format(", with {} people seen by one camera only", dataset.one_camera_identities);
  text += '\n';
  if (dataset.junk > 0) text += fmt::format("junk         {} images, left out\n", dataset.junk);
  for (const std::string& warning : dataset.warnings) text += "warning: " + warning + "\n";
  return text;
}

}  // namespace triptych
