#include "reid/explain/walk.h"

#include "engine/op_examples.h"
#include "reid/evaluation/embed.h"

namespace triptych {
namespace {

Walk one_pass(const Model& model, const Tensor& crop) {
  Tape tape;
  tape.profile = true;
  Random unused(0);
  const NetworkOutput out =
      (*model.network)(tape.input(crop), PatchSelection{model.selection, {}}, Mode::infer, unused);
  Walk result;
  result.crop = crop.shape();
  for (int index = 0; index < static_cast<int>(tape.nodes().size()); ++index) {
    const Tape::Node& node = tape.nodes()[static_cast<std::size_t>(index)];
    if (node.inputs.empty()) continue;  // the image, the parameters
    const int tier = index <= out.map.index() ? 0 : index <= out.patches.index() ? 1 : 2;
    result.tiers[tier].push_back({node.op, op_formula(node.op), node.shape, node.forward_seconds});
  }
  return result;
}

}  // namespace

Walk walk(const Model& model, const ImageSource& images, Index i) {
  const Tensor crop = network_input(model, images, {&i, 1}, {});
  one_pass(model, crop);
  return one_pass(model, crop);
}

}  // namespace triptych
