#include "engine/read_back.h"

#include <algorithm>

#include "engine/error.h"
#include "kernels/kernels.h"

namespace triptych {

std::size_t ReadBack::add(const Tensor& real) {
  require(values_.empty(), "a tensor was added to a ReadBack that has already waited; make another one");
  tensors_.push_back(real);
  first_.push_back(first_.back() + real.elements());
  return tensors_.size() - 1;
}

void ReadBack::wait() {
  if (tensors_.empty()) return;
  const Device& device = tensors_[0].device();
  const Kernels& kernels = device.kernels();
  for (const Tensor& tensor : tensors_)
    if (tensor.device() != device) device.fail_mixed(tensor.device(), "a ReadBack");
  if (kernels.host_memory || tensors_.size() == 1) {
    for (const Tensor& tensor : tensors_) std::ranges::copy(tensor.values(), std::back_inserter(values_));
    return;
  }
  const Tensor all(device, Shape{first_.back()});
  for (std::size_t i = 0; i < tensors_.size(); ++i)
    kernels.copy(device.context(), all.real() + first_[i], tensors_[i].real(), tensors_[i].bytes());
  values_ = all.values();
}

std::span<const Real> ReadBack::values(std::size_t added) const {
  require(added < tensors_.size() && static_cast<Index>(values_.size()) == first_.back(),
          "a ReadBack was asked for tensor {} of {}{}", added, tensors_.size(),
          values_.empty() ? " before it waited" : "");
  const auto first = static_cast<std::size_t>(first_[added]),
             end = static_cast<std::size_t>(first_[added + 1]);
  return std::span(values_).subspan(first, end - first);
}

}  // namespace triptych
