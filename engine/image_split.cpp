#include "engine/image_split.h"

#include "engine/error.h"
#include "engine/ranks.h"
#include "kernels/batch_part.h"
#include "kernels/kernels.h"

namespace triptych {
namespace {

SharedWork& work_of(const Device& device) {
  const std::shared_ptr<SharedWork>& work = device.context().shared;
  require(work && work->sums, "a batch is split on a device that is one of several ranks");
  return *work;
}

// The trainable parameters that have a gradient.
ParameterList trained(ParameterList parameters) {
  std::erase_if(parameters, [](const NamedParameter& p) { return !p.parameter->trainable; });
  return parameters;
}

}  // namespace

ImageSplit::ImageSplit(Device device, ParameterList parameters, Index images)
    : device_(std::move(device)),
      parameters_(trained(std::move(parameters))),
      images_(images),
      rank_(static_cast<std::size_t>(work_of(device_).ranks->rank())),
      bucket_(device_, Shape{count_elements(parameters_)}) {
  const Index ranks = work_of(device_).ranks->ranks();
  require(ranks <= images, "a batch of {} images cannot be shared by {} ranks on the device {}; start fewer",
          images, ranks, device_.name());
  for (Index r = 0; r <= ranks; ++r) first_image_.push_back(first_of_rank(images, r, ranks));
}

void ImageSplit::begin() {
  work_of(device_).split = this;
}

void ImageSplit::end() {
  if (const std::shared_ptr<SharedWork>& work = device_.context().shared) work->split = nullptr;
}

// One array, so that the network's latency is paid once: as llm.c and PyTorch's buckets do.
void ImageSplit::add_up_gradients() {
  const Kernels& kernels = device_.kernels();
  Context& context = device_.context();
  Index at = 0;
  for (const auto& [name, parameter] : parameters_) {
    kernels.copy(context, bucket_.real() + at, parameter->gradient.real(), parameter->gradient.bytes());
    at += parameter->gradient.elements();
  }
  work_of(device_).sums->add_up(Traffic::gradients, device_, bucket_.real(), bucket_.elements());
  at = 0;
  for (const auto& [name, parameter] : parameters_) {
    parameter->gradient.wrote();
    kernels.copy(context, parameter->gradient.real(), bucket_.real() + at, parameter->gradient.bytes());
    at += parameter->gradient.elements();
  }
}

// Backward has come from the loss to whole_batch(): the gradients that are there are of layers that every
// rank computes for the whole batch. They are the same on all ranks, and count once, as the first rank's.
void ImageSplit::forget_gradients() {
  if (rank_ > 0) clear_gradients(parameters_);
}

ImageSplit* image_split(const Device& device) {
  const std::shared_ptr<SharedWork>& work = device.context().shared;
  return work ? work->split : nullptr;
}

Variable gather_images(const Variable& x, ImageSplit& split) {
  const Shape& own = x.shape();
  require(own[0] == split.last() - split.first(), "a rank has {} images of the batch, not those of shape {}",
          split.last() - split.first(), own.text());
  const Index image = own.elements() / own[0], before = split.first() * image;
  Shape all = own;
  all.set(0, split.images());
  std::vector<Index> starts;
  for (const Index first : split.first_image_) starts.push_back(first * image);
  const Device& device = x.device();
  Tensor y(device, all);
  device.kernels().copy(device.context(), y.real() + before, x.value.real(), x.value.bytes());
  work_of(device).sums->all_gather(Traffic::features, device, y.real(), starts);
  split.end();
  return record("whole_batch", {&x}, y, [&split, before, n = own.elements()](const BackwardStep& step) {
    split.forget_gradients();
    split.begin();
    if (Real* dx = step.gradient(0))
      step.kernels().add_scaled(step.context(), n, 1, step.output_gradient().real() + before, dx);
  });
}

Index rows_of_all(const Tensor& x) {
  const Index rows = x.elements() / x.shape().last();
  const ImageSplit* split = image_split(x.device());
  return split ? rows / (split->last() - split->first()) * split->images() : rows;
}

}  // namespace triptych
