#include "engine/ops/detail.h"

namespace triptych {

Variable patch_match(const Variable& x, const Variable& y, Index reach) {
  const auto [kernels, context] = detail::place_of("patch_match", {&x, &y});
  const Shape &xs = x.shape(), &ys = y.shape();
  require(
      xs.axes() == 4 && ys.axes() == 4 && xs[1] == ys[1] && xs[2] == ys[2] && xs[3] == ys[3],
      "patch_match takes queries [q, rows, columns, c] and candidates [k, rows, columns, c], not {} and {}",
      xs.text(), ys.text());
  require(reach >= 0, "patch_match takes a reach of 0 grid rows or more, not {}", reach);
  const PatchMatchShape shape{xs[0], ys[0], xs[1], xs[2], xs[3], reach};
  Tensor similarity(x.device(), Shape{xs[0], xs[1], xs[2], ys[0]});
  Tensor winner(x.device(), similarity.shape(), Type::int32);
  kernels.patch_match_forward(context, shape, x.value.real(), y.value.real(), similarity.real(),
                              winner.int32());

  // saved: x, y and the index of the winning patch. s_ijk = x_ij . y_k,winner:
  //   dx_ij += ds_ijk y_k,winner,   dy_k,winner += ds_ijk x_ij
  return record("patch_match", {&x, &y}, similarity,
                [shape, x = Saved(x.value), y = Saved(y.value), winner](const BackwardStep& step) {
                  step.kernels().patch_match_backward(step.context(), shape, x.real(), y.real(),
                                                      winner.int32(), step.output_gradient().real(),
                                                      step.gradient(0), step.gradient(1));
                });
}

}  // namespace triptych
