#pragma once
#include <filesystem>
#include <memory>
#include <shared_mutex>
#include <span>
#include <string>
#include <vector>

#include "drawing/image.h"

namespace triptych {

// A trained model in use, without anything that training needs: images in, vectors out. Any number of threads
// may call a const function of one object at the same time.

struct EmbedderOptions {
  std::string device = "cpu";
  int threads = 1;  // that one call computes with; changes no result on the cpu device
};

// An image's descriptor: model(crop(resize(image))), a vector of length 1. The smaller the squared distance
// between two of them, the more likely they show one person.
class Embedder {
 public:
  // A file that is not a model, or a device that is not available: Error.
  explicit Embedder(const std::filesystem::path& model, const EmbedderOptions& options = {});
  ~Embedder();
  Embedder(Embedder&&) noexcept;
  Embedder& operator=(Embedder&&) noexcept;

  std::size_t dimensions() const { return dimensions_; }
  // Images may have any size: they are resized to the network's. `camera`, from 1, says which of the training
  // data's cameras took them, for a model that treats its cameras differently; 0 is any other, and a number
  // that the model does not know is an Error.
  std::vector<float> embed(const Image& image, int camera = 0) const;             // [dimensions]
  std::vector<float> embed(std::span<const Image> images, int camera = 0) const;  // [images, dimensions]

 private:
  struct Workers;
  std::unique_ptr<Workers> workers_;
  std::size_t dimensions_ = 0;
};

struct Match {
  std::string name;
  double distance = 0;  // squared L2, 0..4 between vectors of length 1
};

// Named embeddings that can be searched; an exhaustive search, exact. `add` and `search` may be called from
// any thread.
class Gallery {
 public:
  explicit Gallery(std::size_t dimensions);  // 0: Error

  // Another number of values than `dimensions`, or one that is not finite: Error.
  void add(std::string name, std::span<const float> embedding);
  // The `top` nearest, nearest first; among equal distances the one that was added first.
  std::vector<Match> search(std::span<const float> query, std::size_t top) const;
  std::size_t size() const;

 private:
  void check(std::span<const float> embedding) const;

  std::size_t dimensions_;
  mutable std::shared_mutex mutex_;  // guards what follows
  std::vector<std::string> names_;
  std::vector<float> rows_;  // [names, dimensions]
};

}  // namespace triptych
