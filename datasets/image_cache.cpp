#include "datasets/image_cache.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <utility>

namespace triptych {

ImageCache::ImageCache(Index count, std::size_t capacity)
    : slots_(static_cast<std::size_t>(count)), capacity_(capacity) {}

// An image is too small a block for the allocator to return it to the system by itself, so without the trim
// the pixels of a large set would count beside everything that a command allocates after it.
ImageCache::~ImageCache() {
  constexpr std::size_t worth_it = std::size_t(64) << 20;
  const bool large = bytes_ > worth_it;
  slots_.clear();
#ifdef __GLIBC__
  if (large) malloc_trim(0);
#else
  static_cast<void>(large);
#endif
}

std::shared_ptr<const Image> ImageCache::find(Index i) {
  const std::lock_guard lock(mutex_);
  Slot& slot = slots_[static_cast<std::size_t>(i)];
  slot.used = true;
  return slot.image;
}

void ImageCache::keep(Index i, std::shared_ptr<const Image> image) {
  const std::size_t size = image->pixels.size();
  if (size > capacity_) return;
  const std::lock_guard lock(mutex_);
  Slot& slot = slots_[static_cast<std::size_t>(i)];
  if (slot.image) return;  // another thread decoded the same image meanwhile
  while (bytes_ + size > capacity_) evict_one();
  slot = {std::move(image), true};
  bytes_ += size;
}

std::size_t ImageCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

// Ends because bytes_ > 0 whenever it is called, so some slot holds an image, and its bit is cleared in the
// first round at the latest.
void ImageCache::evict_one() {
  for (;; hand_ = (hand_ + 1) % slots_.size()) {
    Slot& slot = slots_[hand_];
    if (!slot.image) continue;
    if (std::exchange(slot.used, false)) continue;
    bytes_ -= slot.image->pixels.size();
    slot.image.reset();
    return;
  }
}

}  // namespace triptych
