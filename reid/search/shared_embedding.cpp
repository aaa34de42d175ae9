#include "reid/search/shared_embedding.h"

#include <algorithm>
#include <numeric>

#include "engine/ranks.h"

namespace triptych {
namespace {

EmbeddedImages embed_here(const Model& model, std::vector<Image> images, std::vector<int> cameras) {
  const NetworkOptions& network = model.options.network;
  std::vector<Index> all(images.size());
  std::iota(all.begin(), all.end(), Index(0));
  ImageSource source(network.image_height, network.image_width, std::move(images));
  if (std::ranges::any_of(cameras, [](int camera) { return camera >= 0; }))
    source.set_cameras(std::move(cameras));
  return embed(model, source, all, model.selection);
}

// The first rank's images, on every rank. cameras: [count]
void broadcast(Communicator& ranks, const NetworkOptions& network, std::vector<Image>& images,
               std::vector<int>& cameras) {
  images.resize(cameras.size(), Image(network.image_height, network.image_width));
  std::vector<std::uint8_t> pixels;
  for (const Image& image : images) pixels.insert(pixels.end(), image.pixels.begin(), image.pixels.end());
  ranks.broadcast(pixels.data(), static_cast<Index>(pixels.size()));
  ranks.broadcast(cameras.data(), static_cast<Index>(cameras.size() * sizeof(int)));
  auto from = pixels.begin();
  for (Image& image : images) {
    std::copy_n(from, image.pixels.size(), image.pixels.begin());
    from += static_cast<std::ptrdiff_t>(image.pixels.size());
  }
}

}  // namespace

EmbeddedImages embed_with_help(const Model& model, std::vector<Image> images, std::vector<int> cameras) {
  if (const std::shared_ptr<Communicator> ranks = ranks_of(model.network->device());
      ranks && !images.empty()) {
    auto count = static_cast<Index>(images.size());
    ranks->broadcast(&count, sizeof count);
    broadcast(*ranks, model.options.network, images, cameras);
  }
  return embed_here(model, std::move(images), std::move(cameras));
}

void help_to_embed(const Model& model) {
  const std::shared_ptr<Communicator> ranks = ranks_of(model.network->device());
  for (Index count = 0;;) {
    ranks->broadcast(&count, sizeof count);
    if (count == 0) return;
    std::vector<Image> images;
    std::vector<int> cameras(static_cast<std::size_t>(count));
    broadcast(*ranks, model.options.network, images, cameras);
    embed_here(model, std::move(images), std::move(cameras));
  }
}

void end_help(const Model& model) {
  Index none = 0;
  if (const std::shared_ptr<Communicator> ranks = ranks_of(model.network->device()))
    ranks->broadcast(&none, sizeof none);
}

}  // namespace triptych
