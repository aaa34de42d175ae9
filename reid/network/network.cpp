#include "reid/network/network.h"

#include "engine/error.h"

namespace triptych {

Network::Network(const Device& device, const NetworkOptions& options, std::uint64_t seed)
    : device_(device),
      options_(options),
      tier1_(device, Random(seed).split(1), options),
      tier2_(device, Random(seed).split(2), options),
      tier3_(device, Random(seed).split(3), options, tier2_.outputs()) {}

NetworkOutput Network::operator()(const Variable& images, const PatchSelection& selection, Mode mode,
                                  Random& noise) {
  const Shape& s = images.shape();
  require(s.axes() == 4 && s[1] == options_.crop_height && s[2] == options_.crop_width && s[3] == 3,
          "the network takes images of shape [n, {}, {}, 3], not {}", options_.crop_height,
          options_.crop_width, s.text());
  NetworkOutput out;
  out.map = tier1_(images, mode);
  out.patches = tier2_(out.map, mode, noise);
  out.gate = tier3_.gate(out.patches);
  out.pooled = tier3_.pool(out.patches, out.gate, selection);
  out.embedding = l2_normalise(out.pooled);
  return out;
}

NetworkOutput Network::infer(const Tensor& images, PatchSelection::By by) {
  Random unused(0);
  return (*this)(Variable(images), PatchSelection{by, {}}, Mode::infer, unused);
}

ParameterList Network::parameters() {
  ParameterList list;
  tier1_.list("tier1", list);
  tier2_.list("tier2", list);
  tier3_.list("tier3", list);
  return list;
}

}  // namespace triptych
