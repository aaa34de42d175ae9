#pragma once
#include <memory>
#include <mutex>
#include <vector>

#include "drawing/image.h"

namespace triptych {

// Decoded images of a set, at most `capacity` bytes of pixels. What is evicted is chosen by the clock
// algorithm: a hand goes round over the images and evicts the first one that was not used since the hand's
// last visit, which approximates least recently used at one bit an image. All functions may be called by
// several threads at once. An evicted image lives on for as long as a caller holds its pointer.
class ImageCache {
 public:
  ImageCache(Index count, std::size_t capacity);
  ~ImageCache();
  ImageCache(const ImageCache&) = delete;
  ImageCache& operator=(const ImageCache&) = delete;

  // Null when image i is not there.
  std::shared_ptr<const Image> find(Index i);
  // Evicts others until the image fits; an image larger than the whole capacity is not kept.
  void keep(Index i, std::shared_ptr<const Image> image);

  std::size_t capacity() const { return capacity_; }
  std::size_t bytes() const;

 private:
  struct Slot {
    std::shared_ptr<const Image> image;
    bool used = false;  // since the hand's last visit
  };
  void evict_one();

  mutable std::mutex mutex_;
  std::vector<Slot> slots_;  // [count]
  std::size_t capacity_, bytes_ = 0, hand_ = 0;
};

}  // namespace triptych
