#include "datasets/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string_view>

#include "datasets/image.h"
#include "datasets/layouts.h"
#include "datasets/sequences.h"
#include "engine/text.h"

namespace triptych {
namespace {

namespace fs = std::filesystem;
using Counts = std::map<std::string, Index>;

// "a (3), b (1) and 7 more"
std::string listed(const Counts& counts) {
  constexpr std::size_t shown_names = 6;
  std::string text;
  std::size_t n = 0;
  for (const auto& [name, count] : counts)
    if (n++ < shown_names) text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", shown(name), count);
  if (n > shown_names) text += fmt::format(" and {} more", n - shown_names);
  return text;
}

Index total(const Counts& counts) {
  Index sum = 0;
  for (const auto& [name, count] : counts) sum += count;
  return sum;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool is_other_image(const std::string& ending) {
  static const std::set<std::string> endings = {".webp", ".tif",  ".tiff", ".gif", ".heic", ".heif",
                                                ".avif", ".jfif", ".jp2",  ".jpe", ".dib",  ".pbm"};
  return endings.contains(ending);
}

// Folders of known data sets that hold further images, which the protocol does not use.
bool is_known_extra(const std::string& folder, const std::string& layout) {
  return folder == "multi_shot" || folder == "gt_bbox" || folder == "gt_query" ||
         (layout == "iLIDS-VID" && folder == "images");
}

struct PassedOver {
  Counts other_formats;  // by ending
  Counts folders;        // images of formats that are read, in folders that the layout does not read
  Counts files;          // anything else, by ending
};

// `junk`: names that begin with "-" are counted elsewhere.
PassedOver passed_over(const fs::path& root, const std::string& layout, const std::set<fs::path>& used,
                       bool junk) {
  PassedOver result;
  std::error_code code;
  for (fs::recursive_directory_iterator at(root, fs::directory_options::skip_permission_denied, code), end;
       at != end && !code; at.increment(code)) {
    const fs::path& path = at->path();
    const std::string name = path.filename().string();
    if (at->is_directory(code)) {
      if (name.starts_with(".") || is_known_extra(name, layout)) at.disable_recursion_pending();
      continue;
    }
    if (name.starts_with(".") || used.contains(path.lexically_normal())) continue;
    const std::string ending = lower(path.extension().string());
    const std::string folder = path.parent_path().lexically_relative(root).string();
    if (is_other_image(ending))
      ++result.other_formats[ending];
    else if (!has_image_name(path))
      ++result.files[ending.empty() ? "no ending" : ending];
    else if (!(junk && name.starts_with("-")))
      ++result.folders[folder];
  }
  return result;
}

// Of a list nothing is passed over: it names its images.
PassedOver passed_over(const Dataset& dataset) {
  if (dataset.layout == "list") return {};
  std::set<fs::path> used;
  for (const Sample& sample : dataset.samples) used.insert(sample.file.lexically_normal());
  for (const std::vector<Sample>& frames : dataset.frames)
    for (const Sample& frame : frames) used.insert(frame.file.lexically_normal());
  return passed_over(dataset.root, dataset.layout, used, dataset.junk > 0);
}

Finding of_other_formats(const PassedOver& over) {
  return {fmt::format("{} images of formats that are not read were passed over: {}; convert them to PNG "
                      "or JPEG",
                      total(over.other_formats), listed(over.other_formats)),
          true};
}

// "C01" and "c1" -> "c1": in small letters, without zeros before a number.
std::string canonical(const std::string& camera) {
  std::string result;
  for (std::size_t i = 0; i < camera.size(); ++i) {
    const bool leading =
        camera[i] == '0' && (i == 0 || !std::isdigit(static_cast<unsigned char>(camera[i - 1])));
    const bool more = i + 1 < camera.size() && std::isdigit(static_cast<unsigned char>(camera[i + 1]));
    if (leading && more) {
      while (i + 2 < camera.size() && camera[i + 1] == '0' &&
             std::isdigit(static_cast<unsigned char>(camera[i + 2])))
        ++i;
      continue;
    }
    result += camera[i];
  }
  return lower(result);
}

// The camera as the file's name has it; empty where the layout has folders for cameras.
std::string camera_name(const Dataset& dataset, const Sample& sample) {
  const std::string stem = sample.file.stem().string();
  if (dataset.layout.starts_with("plain")) return stem.substr(0, stem.find('_'));
  const auto market = parse_market_name(stem);
  return dataset.layout == "Market-1501" && market ? market->camera : "";
}

void audit_cameras(const Dataset& dataset, std::vector<Finding>& findings) {
  std::set<std::string> names;
  std::set<std::pair<Index, int>> seen;
  for (const Sample& sample : dataset.samples) {
    names.insert(camera_name(dataset, sample));
    seen.insert({sample.identity, sample.camera});
  }
  std::map<std::string, std::string> first;
  for (const std::string& name : names)
    if (const auto [found, is_new] = first.emplace(canonical(name), name); !is_new)
      findings.push_back(
          {fmt::format("the cameras {} and {} are taken for two; if they are one, name them alike",
                       shown(found->second), shown(name)),
           true});
  constexpr std::size_t many = 8;
  const bool numbers = std::ranges::all_of(names, [](const std::string& name) {
    return !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
  });
  if (numbers && names.size() >= many && seen.size() == dataset.samples.size())
    findings.push_back(
        {fmt::format(
             "the {} cameras ({}, {}, ...) have one image of a person each and look like frame numbers; "
             "names begin with the camera, as in 1_0001.png",
             names.size(), shown(*names.begin()), shown(*std::next(names.begin()))),
         true});
}

void audit_people(const Dataset& dataset, std::vector<Finding>& findings) {
  std::vector<bool> train(static_cast<std::size_t>(dataset.identities)), test(train);
  for (const Sample& s : dataset.samples)
    if (s.identity != distractor && s.part != Part::any)
      (s.part == Part::train ? train : test)[static_cast<std::size_t>(s.identity)] = true;
  Counts both;
  for (std::size_t i = 0; i < train.size(); ++i)
    if (train[i] && test[i]) ++both[dataset.identity_names[i]];
  if (!both.empty())
    findings.push_back(
        {fmt::format("{} people are in the training part and in the test part: {}; nobody may be in "
                     "both",
                     both.size(), listed(both)),
         true});
  for (const std::string& name : dataset.identity_names)
    if (name == "-1" || (name.size() > 1 && name.find_first_not_of('0') == std::string::npos))
      findings.push_back(
          {fmt::format("the person {} is nobody in Market-1501 and sets like it, and is taken for one "
                       "person here; take the folder out if it holds distractors",
                       shown(name)),
           false});
}

// A frame that is there twice, as after two copies of a sequence in one folder or list.
void audit_sequences(const Dataset& dataset, std::vector<Finding>& findings) {
  std::size_t twice = 0;
  const Sample* first = nullptr;
  for (const std::vector<Index>& track : tracks_of(dataset))
    for (std::size_t k = 1; k < track.size(); ++k) {
      const Sample &before = dataset.samples[static_cast<std::size_t>(track[k - 1])],
                   &now = dataset.samples[static_cast<std::size_t>(track[k])];
      if (now.frame < 0 || now.frame != before.frame) continue;
      if (twice++ == 0) first = &now;
    }
  if (twice > 0)
    findings.push_back(
        {fmt::format("{} images have the number of another frame of their sequence, {} the first; "
                     "number the frames of a sequence each once",
                     twice, shown(first->file)),
         true});
}

}  // namespace

std::vector<Finding> audit_names(const Dataset& dataset) {
  std::vector<Finding> findings;
  if (dataset.synthetic) return findings;
  const PassedOver over = passed_over(dataset);
  if (!over.other_formats.empty()) findings.push_back(of_other_formats(over));
  // A single image beside the folders, such as a sheet of pairs, is no part of the set.
  const bool only_beside = over.folders.size() == 1 && over.folders.contains(".");
  if (!over.folders.empty())
    findings.push_back(
        {fmt::format("{} images are in folders that the layout {} does not read: {}; move them, or "
                     "take them out",
                     total(over.folders), dataset.layout, listed(over.folders)),
         !only_beside});
  if (!over.files.empty())
    findings.push_back({fmt::format("{} files that are no images were passed over: {}", total(over.files),
                                    listed(over.files)),
                        false});
  audit_cameras(dataset, findings);
  audit_people(dataset, findings);
  audit_sequences(dataset, findings);
  return findings;
}

std::vector<Finding> audit_folder(const fs::path& folder, std::span<const fs::path> used) {
  std::set<fs::path> known;
  for (const fs::path& file : used) known.insert(file.lexically_normal());
  const PassedOver over = passed_over(folder, {}, known, false);
  std::vector<Finding> findings;
  if (!over.other_formats.empty()) findings.push_back(of_other_formats(over));
  if (!over.folders.empty())
    findings.push_back({fmt::format("{} images are in sub-folders, which are not searched: {}",
                                    total(over.folders), listed(over.folders)),
                        false});
  return findings;
}

}  // namespace triptych
