#include "datasets/inspection.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>

#include "datasets/image.h"
#include "datasets/integrity.h"
#include "datasets/parallel.h"
#include "engine/file.h"
#include "engine/text.h"

namespace triptych {
namespace {

std::uint64_t hash_pixels(const Image& image) {
  std::uint64_t hash = 0xCBF29CE484222325ull ^ static_cast<std::uint64_t>(image.width);  // FNV-1a
  for (const std::uint8_t byte : image.pixels) hash = (hash ^ byte) * 0x100000001B3ull;
  return hash;
}

struct Look {
  Index height = 0, width = 0;
  std::uint64_t hash = 0;
  bool turned = false, dark = false;
};

// No pixel brighter than this, of 255: a lens cap, a failed frame.
constexpr std::uint8_t nearly_black = 16;

Look look_at(const std::filesystem::path& file) {
  const std::string bytes = read_file(file, image_limits::file_bytes);
  const std::span<const std::uint8_t> span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  ImageHeader header;
  image_damage(span, header);
  const Image image = decode_image(span, shown(file));
  return {image.height, image.width, hash_pixels(image), header.orientation != 1,
          *std::max_element(image.pixels.begin(), image.pixels.end()) <= nearly_black};
}

bool is_training(Part part) {
  return part == Part::train;
}

// The same pixels under two people are a wrong label; under two cameras, or in training and in testing, they
// make a match that proves nothing.
void find_copies(const Dataset& dataset, const std::vector<Look>& looks, std::vector<Finding>& findings) {
  std::map<std::uint64_t, std::size_t> first;
  for (std::size_t i = 0; i < looks.size(); ++i) {
    if (looks[i].height == 0 || looks[i].dark) continue;  // unreadable, or alike for another reason
    const auto [found, is_new] = first.emplace(looks[i].hash, i);
    const Sample &a = dataset.samples[found->second], &b = dataset.samples[i];
    if (is_new) continue;
    if (a.identity != b.identity || a.camera != b.camera)
      findings.push_back({fmt::format("{} and {} are the same image; one of them is in the wrong place",
                                      shown(a.file), shown(b.file)),
                          true});
    else if (is_training(a.part) != is_training(b.part))
      findings.push_back(
          {fmt::format("{} and {} are the same image, in training and in testing; take one out",
                       shown(a.file), shown(b.file)),
           true});
  }
}

void find_odd_pixels(const Dataset& dataset, const std::vector<Look>& looks, std::vector<Finding>& findings) {
  Index turned = 0, dark = 0;
  std::string first_dark;
  for (std::size_t i = 0; i < looks.size(); ++i) {
    turned += looks[i].turned;
    if (looks[i].dark && dark++ == 0) first_dark = shown(dataset.samples[i].file);
  }
  if (turned > 0)
    findings.push_back(
        {fmt::format("{} images are turned upright, as their EXIF orientation says; programs that ignore "
                     "it see them lie on their side",
                     turned),
         false});
  if (dark > 0)
    findings.push_back(
        {fmt::format("{} images are nearly black (no value above {}), the first is {}; take them out "
                     "if they show nobody",
                     dark, nearly_black, first_dark),
         false});
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
         looks[at] = look_at(dataset.samples[at].file);
       }))
    result.unreadable.push_back(std::move(failure.message));

  std::map<std::pair<Index, Index>, Index> sizes;
  for (const Look& look : looks)
    if (look.height > 0) ++sizes[{look.height, look.width}];
  for (const auto& [size, images] : sizes) result.sizes.push_back({size.first, size.second, images});
  std::stable_sort(result.sizes.begin(), result.sizes.end(),
                   [](const Inspection::Size& a, const Inspection::Size& b) { return a.images > b.images; });
  result.findings = audit_names(dataset);
  find_copies(dataset, looks, result.findings);
  find_odd_pixels(dataset, looks, result.findings);
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
  for (const Finding& finding : inspection.findings)
    text += fmt::format("{}: {}\n", finding.wrong ? "wrong" : "warning", finding.sentence);
  return text;
}

}  // namespace triptych
