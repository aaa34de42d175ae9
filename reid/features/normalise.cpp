#include "reid/features/normalise.h"

#include <algorithm>
#include <cmath>

#include "engine/error.h"

namespace triptych {

void scale_blocks(std::span<const Block> blocks, FeatureMatrix& rows) {
  const Index size = blocks.empty() ? 0 : blocks.back().first + blocks.back().size;
  require(rows.size == size, "rows of {} numbers do not have blocks of {} in all", rows.size, size);
#pragma omp parallel for schedule(static)
  for (Index i = 0; i < rows.count; ++i)
    for (const Block& block : blocks) {
      const std::span<float> part =
          rows.row(i).subspan(static_cast<std::size_t>(block.first), static_cast<std::size_t>(block.size));
      double square = 0;
      for (const float v : part) square += double(v) * v;
      if (!(square > 0)) continue;
      const float scale = static_cast<float>(1 / std::sqrt(square));
      for (float& v : part) v *= scale;
    }
}

FeatureMatrix prepare(const Feature& feature, FeatureMatrix rows) {
  require(rows.size == feature.size, "rows of {} numbers are no {}, which has {}", rows.size, feature.name,
          feature.size);
#pragma omp parallel for schedule(static)
  for (Index i = 0; i < rows.count; ++i)
    for (const Block& block : feature.blocks)
      if (block.damping != Damping::none)
        for (float& v :
             rows.row(i).subspan(static_cast<std::size_t>(block.first), static_cast<std::size_t>(block.size)))
          v = block.damping == Damping::logarithm ? std::log1p(v) : std::sqrt(v);
  scale_blocks(feature.blocks, rows);
  return rows;
}

CameraMeans fit_camera_means(const FeatureMatrix& rows, std::span<const int> cameras,
                             std::span<const Index> training) {
  require(static_cast<Index>(cameras.size()) == rows.count, "{} rows need {} cameras, not {}", rows.count,
          rows.count, cameras.size());
  require(!training.empty(), "the mean of no training images at all is not defined");
  const int count = *std::max_element(cameras.begin(), cameras.end()) + 1;
  const std::size_t size = static_cast<std::size_t>(rows.size);
  // In double and in the order of `training`: the same bits for any number of threads.
  std::vector<std::vector<double>> sums(static_cast<std::size_t>(count));
  std::vector<Index> images(sums.size(), 0);
  for (const Index i : training) {
    const std::size_t camera = static_cast<std::size_t>(cameras[static_cast<std::size_t>(i)]);
    sums[camera].resize(size, 0.0);
    ++images[camera];
    const std::span<const float> row = rows.row(i);
    for (std::size_t k = 0; k < size; ++k) sums[camera][k] += row[k];
  }
  CameraMeans means;
  means.mean.resize(sums.size());
  for (std::size_t camera = 0; camera < sums.size(); ++camera)
    for (const double sum : sums[camera])
      means.mean[camera].push_back(static_cast<float>(sum / static_cast<double>(images[camera])));
  return means;
}

FeatureMatrix centre(std::span<const Block> blocks, FeatureMatrix rows, std::span<const int> cameras,
                     const CameraMeans& means) {
  require(static_cast<Index>(cameras.size()) == rows.count, "{} rows need {} cameras, not {}", rows.count,
          rows.count, cameras.size());
  for (const int camera : cameras)
    require(camera >= 0 && static_cast<std::size_t>(camera) < means.mean.size() &&
                !means.mean[static_cast<std::size_t>(camera)].empty(),
            "camera {} has no training image, so its mean cannot be subtracted: train on all cameras, or "
            "give all images one camera",
            camera);
#pragma omp parallel for schedule(static)
  for (Index i = 0; i < rows.count; ++i) {
    const std::vector<float>& mean =
        means.mean[static_cast<std::size_t>(cameras[static_cast<std::size_t>(i)])];
    const std::span<float> row = rows.row(i);
    for (std::size_t k = 0; k < row.size(); ++k) row[k] -= mean[k];
  }
  scale_blocks(blocks, rows);
  return rows;
}

FeatureMatrix concatenate(std::span<const FeatureMatrix> parts) {
  require(!parts.empty(), "no features to put side by side");
  Index size = 0;
  for (const FeatureMatrix& part : parts) {
    require(part.count == parts[0].count, "features of {} and of {} images cannot stand side by side",
            parts[0].count, part.count);
    size += part.size;
  }
  FeatureMatrix all(parts[0].count, size);
  for (Index i = 0; i < all.count; ++i) {
    float* to = all.row(i).data();
    for (const FeatureMatrix& part : parts) to = std::copy_n(part.row(i).data(), part.size, to);
  }
  return all;
}

}  // namespace triptych
