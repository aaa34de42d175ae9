#include "datasets/image_folder.h"

#include <algorithm>
#include <map>

#include "datasets/image.h"
#include "datasets/layouts.h"
#include "engine/error.h"
#include "engine/text.h"

namespace triptych {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator at(folder), end; at != end; ++at) {
    const bool hidden = at->path().filename().string().front() == '.';
    if (at->is_directory()) {
      if (hidden) at.disable_recursion_pending();
    } else if (!hidden && has_image_name(at->path()) && at->is_regular_file()) {
      files.push_back(at->path());
    }
  }
  std::ranges::sort(files);
  return files;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

// "0002_c1s1_000451_03.jpg" in every name, which is how the folders inside of Market-1501 look.
std::optional<NamedSet> read_market_names(const std::vector<fs::path>& files) {
  NamedSet set{"names as in Market-1501", {}, 0, {}};
  for (const fs::path& file : files) {
    const auto name = parse_market_name(file.stem().string());
    if (!name) return {};
    const bool distracts =
        name->identity.starts_with("-") || name->identity.find_first_not_of('0') == std::string::npos;
    set.samples.push_back({distracts ? "" : name->identity, name->camera, file});
  }
  return set;
}

void take_labels(ImageFolder& folder, const NamedSet& set) {
  std::vector<std::string> names;
  for (const NamedSample& sample : set.samples) names.push_back(sample.camera);
  const std::map<std::string, Index> cameras = number_names(names);
  std::map<fs::path, const NamedSample*> known;
  for (const NamedSample& sample : set.samples) known[sample.file.lexically_normal()] = &sample;
  folder.layout = set.layout;
  for (FolderImage& image : folder.images) {
    const auto found = known.find(image.file.lexically_normal());
    if (found == known.end()) continue;
    if (!found->second->identity.empty()) image.identity = found->second->identity;
    image.camera = static_cast<int>(cameras.at(found->second->camera));
  }
}

}  // namespace

ImageFolder images_below(const fs::path& where, bool labels) {
  ImageFolder folder;
  try {
    require(fs::exists(where), "there is no folder {}; give a folder of images", shown(where));
    if (!fs::is_directory(where)) {
      require(has_image_name(where), "{} is neither a folder nor a .png, .jpg, .bmp or .ppm file",
              shown(where));
      folder.images.push_back({where, {}, -1});
      folder.why = "a single image";
      return folder;
    }
    const std::vector<fs::path> files = files_below(where);
    folder.findings = audit_folder(where, files);
    require(!files.empty(), "there are no images in {}; give a folder of .png, .jpg, .bmp or .ppm files{}",
            shown(where), folder.findings.empty() ? "" : " (" + folder.findings.front().sentence + ")");
    for (const fs::path& file : files) folder.images.push_back({file, {}, -1});
    if (!labels) return folder;
    try {
      std::optional<NamedSet> set = find_layout(where);
      if (!set) set = read_market_names(files);
      if (set)
        take_labels(folder, *set);
      else
        folder.why = "it has none of the layouts that 'triptych data --help' lists";
    } catch (const Error& error) {  // a name that breaks the rule of the layout
      folder.why = first_line(error.what());
    }
    return folder;
  } catch (const fs::filesystem_error& error) {
    fail("cannot read the folder {}: {}", shown(error.path1()), error.code().message());
  }
}

Dataset as_dataset(const ImageFolder& folder, const std::string& where) {
  Dataset dataset;
  dataset.name = dataset.root = where;
  dataset.layout = folder.layout.empty() ? "a folder of images" : folder.layout;
  for (const FolderImage& image : folder.images)
    if (image.identity) dataset.identity_names.push_back(*image.identity);
  const std::map<std::string, Index> label = number_names(dataset.identity_names);
  dataset.identities = static_cast<Index>(label.size());
  for (const FolderImage& image : folder.images) {
    dataset.samples.push_back(
        {image.identity ? label.at(*image.identity) : distractor, image.camera, image.file});
    dataset.cameras = std::max(dataset.cameras, image.camera + 1);
  }
  return dataset;
}

}  // namespace triptych
