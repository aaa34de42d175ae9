// Step 2, solved.
#include "engine/error.h"
#include "engine/tape.h"
#include "kernels/kernels.h"

namespace triptych {

void Tape::backward(const Variable& loss) {
  require(loss.value.elements() == 1, "backward starts from a loss of one element, not from shape {}",
          loss.shape().text());
  backward(loss, Tensor::filled(loss.device(), loss.shape(), 1));
}

void Tape::backward(const Variable& result, const Tensor& cotangent) {
  require(result.tape() == this, "backward was called for a variable of another tape");
  require(cotangent.shape() == result.shape(), "the cotangent has shape {}, the variable {}",
          cotangent.shape().text(), result.shape().text());
  require(!finished_, "this tape has already run backward");
  finished_ = true;
  const Tensor seed = gradient_of(result.index());
  device_.kernels().add_scaled(device_.context(), seed.elements(), 1, cotangent.real(), seed.real());
  for (int i = static_cast<int>(nodes_.size()); i-- > 0;) {
    if (at(i).backward && at(i).gradient) run_backward(i);
    if (keep) continue;
    at(i).backward = nullptr;
    if (!at(i).inputs.empty()) at(i).gradient = Tensor();
  }
  device_.synchronise();
}

}  // namespace triptych
