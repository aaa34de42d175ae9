#include "apps/ranking.h"

#include <algorithm>
#include <numeric>

#include "datasets/image.h"
#include "engine/error.h"
#include "reid/report/sheet.h"

namespace triptych {
namespace {

std::vector<std::filesystem::path> images_in(const std::string& folder) {
  require(std::filesystem::is_directory(folder),
          "the gallery {} is not a folder; --gallery takes a folder of images", folder);
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.is_regular_file() && has_image_name(entry.path())) files.push_back(entry.path());
  require(!files.empty(),
          "there are no images in {}; --gallery takes a folder of .png, .jpg, .bmp or .ppm files", folder);
  std::ranges::sort(files);
  return files;
}

// Decoded and resized to the network's size, one image at each index; `files` keeps only those that could be
// read.
ImageSet read_images(std::vector<std::filesystem::path>& files, const NetworkOptions& network, int threads) {
  const auto count = static_cast<std::ptrdiff_t>(files.size());
  const std::size_t size = static_cast<std::size_t>(network.image_height * network.image_width * 3);
  std::vector<std::vector<std::uint8_t>> pixels(files.size());
  std::vector<std::string> errors(files.size());
#pragma omp parallel for num_threads(threads) schedule(dynamic, 4)
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    try {
      pixels[at] = resize(read_image(files[at]), network.image_height, network.image_width).pixels;
    } catch (const std::exception& error) {  // an exception must not leave a parallel loop
      errors[at] = error.what();
    }
  }
  ImageSet set{0, network.image_height, network.image_width, {}};
  std::vector<std::filesystem::path> readable;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (pixels[i].size() != size) {
      fmt::print(stderr, "left out: {}\n", errors[i]);
      continue;
    }
    set.pixels.insert(set.pixels.end(), pixels[i].begin(), pixels[i].end());
    readable.push_back(files[i]);
    ++set.count;
  }
  files = readable;
  return set;
}

std::vector<Real> embeddings(const Model& model, const ImageSet& images) {
  std::vector<Index> all(static_cast<std::size_t>(images.count));
  std::iota(all.begin(), all.end(), Index(0));
  return embed(model, images, all, model.selection).embedding;
}

// All images of `set` are from this camera of the model's training data, numbered from 1; 0: nobody knows.
void tell_camera(ImageSet& set, int camera, const Model& model, const char* option) {
  if (camera == 0) return;
  const std::size_t known = std::max(model.normalisation.cameras.size(), model.centres.size());
  require(camera >= 1 && static_cast<std::size_t>(camera) <= known, "--{} {}: {}", option, camera,
          known == 0 ? "this model does not tell cameras apart; leave the option out"
                     : fmt::format("this model knows the cameras 1 to {}; 0 stands for any other", known));
  set.cameras.assign(static_cast<std::size_t>(set.count), camera - 1);
}

}  // namespace

void rank(const RankRequest& request, const Device& device) {
  const Model model = load_model(request.model, device);
  const NetworkOptions& network = model.options.network;
  const Image query = resize(read_image(request.query), network.image_height, network.image_width);
  std::vector<std::filesystem::path> files = images_in(request.gallery);
  ImageSet asked{1, query.height, query.width, query.pixels};
  ImageSet gallery = read_images(files, network, device.context().threads);
  require(!files.empty(), "none of the images in {} can be read", request.gallery);
  tell_camera(asked, request.query_camera, model, "query-camera");
  tell_camera(gallery, request.gallery_camera, model, "gallery-camera");

  const std::vector<Real> distances = distance_matrix(
      device, embeddings(model, asked), embeddings(model, gallery), model.network->embedding_size());
  RankedQuery row{query, "query", {}};
  fmt::print("{:>4}  {:>8}  image\n", "rank", "distance");
  for (const std::size_t at : nearest_positions(distances, static_cast<std::size_t>(request.top))) {
    row.nearest.push_back({gallery.copy(static_cast<Index>(at)), static_cast<double>(distances[at]),
                           Verdict::unknown, files[at].stem().string()});
    fmt::print("{:>4}  {:>8.4f}  {}\n", row.nearest.size(), distances[at], files[at].string());
  }
  const std::string name = std::filesystem::path(request.query).filename().string();
  write_png(request.out, ranked_sheet(fmt::format("{} in {} images", name, gallery.count), {&row, 1}));
  fmt::print("drawn in {}\n", request.out);
}

}  // namespace triptych
