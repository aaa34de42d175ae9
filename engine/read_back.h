#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "engine/tensor.h"

namespace triptych {

// Several tensors read with one wait for the device. A device with memory of its own collects them in one
// array there, which is then copied at once.
//
//   ReadBack read;
//   const std::size_t loss = read.add(total.value), norms = read.add(parts);
//   read.wait();
//   use(read.values(loss)[0], read.values(norms));
class ReadBack {
 public:
  std::size_t add(const Tensor& real);  // of reals; its values are those at the time of `wait`
  void wait();                          // all tensors are on one device; throws its error, if any
  std::span<const Real> values(std::size_t added) const;  // after `wait`

 private:
  std::vector<Tensor> tensors_;
  std::vector<Index> first_ = {0};  // where each begins in values_, and where the last one ends
  std::vector<Real> values_;
};

}  // namespace triptych
