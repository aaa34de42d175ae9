#pragma once
#include <vector>

#include "engine/device_sums.h"
#include "engine/ops.h"
#include "engine/parameter.h"
#include "engine/tape.h"

namespace triptych {

// How ranks share the images of a training's batches on devices other than cpu, whose kernels know nothing of
// ranks. Between the start of a step and whole_batch() (engine/batch_split.h) every array holds the rank's
// own images alone, [first, last) of the batch; the batch norms there exchange the sums that they need of
// all images. All that follows whole_batch() every rank computes for the whole batch, as on the cpu. Then
// add_up_gradients() makes the gradients of all ranks those of the batch.
//
// Sums over ranks are added in DeviceSums' order, so the bits may depend on the number of ranks, but not on
// which rank looks: all end a step with the same parameters.
//
//   split.begin();  forward of the own images, backward;  split.add_up_gradients();  split.end();
class ImageSplit {
 public:
  // An Error unless every rank has an image.
  ImageSplit(Device device, ParameterList parameters, Index images);
  ImageSplit(const ImageSplit&) = delete;
  ImageSplit& operator=(const ImageSplit&) = delete;

  void begin();
  void end();  // of a step; also after an exception
  void add_up_gradients();

  Index images() const { return images_; }
  Index first() const { return first_image_[rank_]; }
  Index last() const { return first_image_[rank_ + 1]; }
  Index gradient_elements() const { return bucket_.elements(); }

 private:
  friend Variable gather_images(const Variable& x, ImageSplit& split);
  void forget_gradients();

  Device device_;
  ParameterList parameters_;
  Index images_;
  std::size_t rank_;
  std::vector<Index> first_image_;  // [ranks + 1]
  Tensor bucket_;                   // all gradients, one after the other
};

// The split whose own images the arrays of this device hold now; null: arrays hold whole batches.
ImageSplit* image_split(const Device& device);

// x [own images, ...] -> [all images, ...]. Backward has dy of the whole batch, the same on every rank, and
// goes on with its rows of the own images.
Variable gather_images(const Variable& x, ImageSplit& split);

// How many rows a batch of all ranks has, of whose images x [own images, ..., channels] holds this rank's.
Index rows_of_all(const Tensor& x);

}  // namespace triptych
