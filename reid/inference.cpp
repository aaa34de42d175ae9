#include "reid/inference.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>

#include "engine/error.h"
#include "reid/evaluation/embed.h"

namespace triptych {
namespace {

// The images at the network's size; `camera` from 1, 0 for an unknown one.
ImageSource resized(std::span<const Image> images, const Model& model, int camera) {
  const NetworkOptions& network = model.options.network;
  const std::size_t known = std::max(model.normalisation.cameras.size(), model.centres.size());
  require(camera >= 0 && static_cast<std::size_t>(camera) <= known,
          "camera {}: this model knows {}; 0 stands for any other camera", camera,
          known == 0 ? "no cameras" : fmt::format("the cameras 1 to {}", known));
  ImageSource set(network.image_height, network.image_width, {images.begin(), images.end()});
  if (camera > 0) set.set_cameras(std::vector<int>(images.size(), camera - 1));
  return set;
}

// A device serves one thread at a time, so each call that runs has a device of its own, with the weights on
// it.
struct Worker {
  Device device;
  Model model;
};

}  // namespace

// As many workers as calls were ever made at the same time.
struct Embedder::Workers {
  const std::string origin;
  const EmbedderOptions options;
  std::mutex mutex;  // guards what follows
  Device store = Device::open("cpu");
  TensorFile file;  // the model as it was read, on `store`: the file itself may be replaced meanwhile
  std::vector<std::unique_ptr<Worker>> idle;

  Workers(const std::filesystem::path& path, const EmbedderOptions& with)
      : origin(path.string()), options(with), file(load_tensors(path, store)) {}

  std::unique_ptr<Worker> take() {
    const std::lock_guard lock(mutex);
    if (!idle.empty()) {
      std::unique_ptr<Worker> worker = std::move(idle.back());
      idle.pop_back();
      return worker;
    }
    const Device device = Device::open(options.device);
    device.use_threads(options.threads);
    auto worker = std::make_unique<Worker>(Worker{device, from_file(file, device, origin)});
    store.hand_over();
    return worker;
  }
  void give_back(std::unique_ptr<Worker> worker) {
    worker->device.hand_over();
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(worker));
  }
};

Embedder::Embedder(const std::filesystem::path& model, const EmbedderOptions& options) {
  require(options.threads > 0, "an embedder needs at least 1 thread, not {}", options.threads);
  workers_ = std::make_unique<Workers>(model, options);
  std::unique_ptr<Worker> first = workers_->take();
  dimensions_ = static_cast<std::size_t>(first->model.network->embedding_size());
  workers_->give_back(std::move(first));
}
Embedder::~Embedder() = default;
Embedder::Embedder(Embedder&&) noexcept = default;
Embedder& Embedder::operator=(Embedder&&) noexcept = default;

std::vector<float> Embedder::embed(const Image& image, int camera) const {
  return embed(std::span(&image, 1), camera);
}

// A call that throws gives no worker back: its device belongs to this thread, and the next call opens
// another.
std::vector<float> Embedder::embed(std::span<const Image> images, int camera) const {
  std::vector<Index> all(images.size());
  std::iota(all.begin(), all.end(), Index(0));
  std::unique_ptr<Worker> worker = workers_->take();
  const Model& model = worker->model;
  const std::vector<Real> rows =
      triptych::embed(model, resized(images, model, camera), all, model.selection).embedding;
  workers_->give_back(std::move(worker));
  return {rows.begin(), rows.end()};
}

Gallery::Gallery(std::size_t dimensions) : dimensions_(dimensions) {
  require(dimensions > 0, "a gallery needs embeddings of at least 1 dimension");
}

void Gallery::check(std::span<const float> embedding) const {
  require(embedding.size() == dimensions_, "an embedding of {} dimensions does not fit a gallery of {}",
          embedding.size(), dimensions_);
  for (const float value : embedding)
    require(std::isfinite(value), "an embedding with a value that is not finite cannot be compared");
}

void Gallery::add(std::string name, std::span<const float> embedding) {
  check(embedding);
  const std::unique_lock lock(mutex_);
  rows_.insert(rows_.end(), embedding.begin(), embedding.end());
  names_.push_back(std::move(name));
}

std::vector<Match> Gallery::search(std::span<const float> query, std::size_t top) const {
  check(query);
  const std::shared_lock lock(mutex_);
  std::vector<std::pair<double, std::size_t>> nearest;  // distance, position
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const float* row = rows_.data() + i * dimensions_;
    double squares = 0;
    for (std::size_t k = 0; k < dimensions_; ++k) {
      const double difference = static_cast<double>(query[k]) - static_cast<double>(row[k]);
      squares += difference * difference;
    }
    nearest.emplace_back(squares, i);
  }
  const std::size_t shown = std::min(top, nearest.size());
  std::partial_sort(nearest.begin(), nearest.begin() + static_cast<std::ptrdiff_t>(shown), nearest.end());
  std::vector<Match> matches;
  for (std::size_t i = 0; i < shown; ++i) matches.push_back({names_[nearest[i].second], nearest[i].first});
  return matches;
}

std::size_t Gallery::size() const {
  const std::shared_lock lock(mutex_);
  return names_.size();
}

}  // namespace triptych
