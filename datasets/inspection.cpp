#include "datasets/inspection.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "datasets/image.h"
#include "datasets/parallel.h"

namespace triptych {
namespace {

struct Look {
  Index height = 0, width = 0;
  std::uint64_t hash = 0;
};

std::uint64_t hash_pixels(const Image& image) {
  std::uint64_t hash = 0xCBF29CE484222325ull ^ static_cast<std::uint64_t>(image.width);  // FNV-1a
  for (const std::uint8_t byte : image.pixels) hash = (hash ^ byte) * 0x100000001B3ull;
  return hash;
}

// The same pixels under two people are a wrong label; under two cameras they make a match that proves
// nothing.
std::vector<std::string> find_copies(const Dataset& dataset, const std::vector<Look>& looks) {
  std::map<std::uint64_t, std::size_t> first;
  std::vector<std::string> warnings;
  for (std::size_t i = 0; i < looks.size(); ++i) {
    if (looks[i].height == 0) continue;  // unreadable
    const auto [found, is_new] = first.emplace(looks[i].hash, i);
    const Sample &a = dataset.samples[found->second], &b = dataset.samples[i];
    if (!is_new && (a.identity != b.identity || a.camera != b.camera))
      warnings.push_back(fmt::format("{} and {} are the same image; one of them is in the wrong place",
                                     a.file.string(), b.file.string()));
  }
  return warnings;
}

}  // namespace

Inspection inspect(const Dataset& dataset, int threads) {
  Inspection result;
  const Index count = static_cast<Index>(dataset.samples.size());
  if (dataset.synthetic) {
    result.sizes.push_back({dataset.synthetic_options.height, dataset.synthetic_options.width, count});
    return result;
  }
  std::vector<Look> looks(dataset.samples.size());
  for (Failure& failure : try_in_parallel(count, threads, [&](Index i) {
         const std::size_t at = static_cast<std::size_t>(i);
         const Image image = read_image(dataset.samples[at].file);
         looks[at] = {image.height, image.width, hash_pixels(image)};
       }))
    result.unreadable.push_back(std::move(failure.message));

  std::map<std::pair<Index, Index>, Index> sizes;
  for (const Look& look : looks)
    if (look.height > 0) ++sizes[{look.height, look.width}];
  for (const auto& [size, images] : sizes) result.sizes.push_back({size.first, size.second, images});
  std::stable_sort(result.sizes.begin(), result.sizes.end(),
                   [](const Inspection::Size& a, const Inspection::Size& b) { return a.images > b.images; });
  result.warnings = find_copies(dataset, looks);
  return result;
}

std::string summary(const Inspection& inspection) {
  constexpr std::size_t shown = 4;
  std::string text = "sizes        ";
  for (std::size_t i = 0; i < std::min(shown, inspection.sizes.size()); ++i) {
    const Inspection::Size& size = inspection.sizes[i];
    text += fmt::format("{}{} x {} ({})", i ? ", " : "", size.height, size.width, size.images);
  }
  if (inspection.sizes.size() > shown) text += fmt::format(" and {} more", inspection.sizes.size() - shown);
  text += "   height x width (images)\n";
  for (const std::string& warning : inspection.warnings) text += "warning: " + warning + "\n";
  return text;
}

}  // namespace triptych
