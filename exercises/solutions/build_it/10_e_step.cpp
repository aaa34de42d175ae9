// Step 10, solved.
#include <algorithm>
#include <cmath>
#include <map>

#include "kernels/kernels.h"
#include "reid/em/em.h"

namespace triptych {

PatchLabels e_step(const Device& device, const PatchBag& bag, const Who& who, double temperature,
                   const EmOptions& options, const OnProgress& progress) {
  const Index patches = bag.grid().patches();
  const std::vector<Real> s = similarity_map(device, bag, who, temperature, options.reach, progress);
  const Tensor raw =
      Tensor::from(device, {bag.count(), bag.grid().rows, bag.grid().columns}, std::span<const Real>(s));
  const Tensor smooth = Tensor::like(raw);
  device.kernels().smooth_grid(device.context(), bag.count(), bag.grid().rows, bag.grid().columns,
                               Real(options.sigma), raw.real(), smooth.real());
  PatchLabels labels{bag.grid(), {}, smooth.values()};

  const auto of_image = [&](Index i) {
    return std::span<const Real>(labels.map).subspan(std::size_t(i * patches), std::size_t(patches));
  };
  std::map<std::int32_t, std::vector<Real>> of_camera;
  for (Index i = 0; i < bag.count(); ++i) {
    std::vector<Real>& all = of_camera[who.camera[std::size_t(i)]];
    all.insert(all.end(), of_image(i).begin(), of_image(i).end());
  }
  std::map<std::int32_t, double> r;
  for (const auto& [camera, all] : of_camera) r[camera] = percentile(all, options.camera_percentile);
  for (Index i = 0; i < bag.count(); ++i) {
    const double t =
        std::min(percentile(of_image(i), options.image_percentile), r[who.camera[std::size_t(i)]]);
    Real limit = Real(t);
    if (limit > t) limit = std::nextafter(limit, Real(-1));
    for (const Real value : of_image(i)) labels.v.push_back(value >= limit);
  }
  return labels;
}

}  // namespace triptych
