#include "apps/ranking.h"

#include <algorithm>
#include <numeric>

#include "datasets/image.h"
#include "engine/error.h"
#include "engine/file.h"
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

// The images at the network's size; `files` keeps only those that can be read, and the others are named.
ImageSource read_images(std::vector<std::filesystem::path>& files, const NetworkOptions& network,
                        int threads) {
  ImageSettings settings{network.image_height, network.image_width};
  settings.threads = threads;
  const ImageSource all = images_of_files(files, settings);
  const std::vector<Failure> failures = all.try_all(threads);
  if (failures.empty()) return all;
  for (const Failure& failure : failures) {
    fmt::print(stderr, "left out: {}\n", failure.message);
    files[static_cast<std::size_t>(failure.index)].clear();
  }
  std::erase(files, std::filesystem::path());
  return images_of_files(files, settings);
}

std::vector<Real> embeddings(const Model& model, const ImageSource& images) {
  std::vector<Index> all(static_cast<std::size_t>(images.count()));
  std::iota(all.begin(), all.end(), Index(0));
  return embed(model, images, all, model.selection).embedding;
}

// All images of `set` are from this camera of the model's training data, numbered from 1; 0: nobody knows.
void tell_camera(ImageSource& set, int camera, const Model& model, const char* option) {
  if (camera == 0) return;
  const std::size_t known = std::max(model.normalisation.cameras.size(), model.centres.size());
  require(camera >= 1 && static_cast<std::size_t>(camera) <= known, "--{} {}: {}", option, camera,
          known == 0 ? "this model does not tell cameras apart; leave the option out"
                     : fmt::format("this model knows the cameras 1 to {}; 0 stands for any other", known));
  set.set_cameras(std::vector<int>(static_cast<std::size_t>(set.count()), camera - 1));
}

}  // namespace

void rank(const RankRequest& request, const Device& device) {
  const Model model = load_model(request.model, device);
  const NetworkOptions& network = model.options.network;
  const Image query = resize(read_image(request.query), network.image_height, network.image_width);
  std::vector<std::filesystem::path> files = images_in(request.gallery);
  ImageSource asked(query.height, query.width, {query});
  ImageSource gallery = read_images(files, network, device.context().threads);
  require(!files.empty(), "none of the images in {} can be read", request.gallery);
  std::vector<std::filesystem::path> inputs = files;
  inputs.insert(inputs.end(), {request.model, request.query});
  require_output(request.out, "--out", inputs);
  require_replaceable(request.out, "a PNG image");
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
  write_png(request.out, ranked_sheet(fmt::format("{} in {} images", name, gallery.count()), {&row, 1}));
  fmt::print("drawn in {}\n", request.out);
}

}  // namespace triptych
