#pragma once
#include <vector>

#include "engine/device.h"
#include "engine/random.h"
#include "reid/metrics/learners.h"
#include "reid/metrics/views.h"

// Made-up people: person p is a point z in `signal` dimensions; a camera sees z, a shift of its own, and in
// all `size` dimensions noise, which in the dimensions beyond the signal is `nuisance` strong. Who learns
// what to ignore, wins.
namespace triptych {

struct MadeUp {
  Index identities = 30, size = 10, signal = 4;
  double noise = 0.2, nuisance = 3;
  std::uint64_t seed = 1;
};

inline FeatureRows make_identities(const MadeUp& made) {
  FeatureRows rows;
  rows.size = made.size;
  for (std::int32_t camera = 0; camera < 2; ++camera)
    for (Index p = 0; p < made.identities; ++p) {
      Random z = Random(made.seed).split(static_cast<std::uint64_t>(p));
      Random noise = Random(made.seed).split(static_cast<std::uint64_t>(1000 + camera * made.identities + p));
      for (Index k = 0; k < made.size; ++k) {
        const double value =
            k < made.signal ? z.normal() + made.noise * noise.normal() : made.nuisance * noise.normal();
        rows.rows.push_back(static_cast<Real>(value + 0.1 * camera));
      }
      rows.camera.push_back(camera);
      rows.identity.push_back(static_cast<std::int32_t>(p));
    }
  return rows;
}

// The same as a learner sees them: columns of mean 0.
inline TrainingSample sample_of(const FeatureRows& rows) {
  TrainingSample sample{Eigen::Map<const Eigen::Matrix<Real, -1, -1, Eigen::RowMajor>>(
                            rows.rows.data(), static_cast<Index>(rows.camera.size()), rows.size)
                            .cast<double>(),
                        rows.identity, rows.camera};
  sample.x.rowwise() -= sample.x.colwise().mean().eval();
  return sample;
}

inline std::vector<Index> images_of(const FeatureRows& rows, std::int32_t camera) {
  std::vector<Index> which;
  for (std::size_t i = 0; i < rows.camera.size(); ++i)
    if (rows.camera[i] == camera) which.push_back(static_cast<Index>(i));
  return which;
}

inline const Device& test_device() {
  static const Device device = Device::open("cpu");
  return device;
}

}  // namespace triptych
