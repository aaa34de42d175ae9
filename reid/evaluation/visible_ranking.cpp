#include "reid/evaluation/visible_ranking.h"

#include <algorithm>

#include "engine/ops.h"
#include "reid/network/network.h"

namespace triptych {
namespace {

Tensor matrix(const Device& device, std::span<const Real> values, Index columns) {
  return Tensor::borrowed(device, {static_cast<Index>(values.size()) / columns, columns}, values);
}

}  // namespace

std::vector<Real> visible_distances(const Device& device, const VisibleRows& a, const VisibleRows& b,
                                    Index size, Index strips) {
  const Variable cosine =
      matmul(Variable(matrix(device, a.rows, size)), transpose(matrix(device, b.rows, size)));
  const Tensor factor = visible_factor(matrix(device, a.shares, strips), matrix(device, b.shares, strips));
  return (Real(2) - scale(multiply(cosine, Variable(factor)), 2)).value.values();
}

RankingResult rank_visible_rows(const Device& device, const VisibleRows& queries, const Who& query,
                                const VisibleRows& galleries, const Who& gallery, Index size, Index strips,
                                std::size_t nearest) {
  constexpr Index most_distances = Index(1) << 22;  // of a block: 16 MiB
  const Index block = std::max<Index>(1, most_distances / std::max<Index>(1, gallery.count()));
  Ranking ranking(gallery, device.context().threads, nearest);
  for (Index first = 0; first < query.count(); first += block) {
    const Index count = std::min(block, query.count() - first);
    const auto part = [&](std::span<const Real> of, Index width) {
      return of.subspan(static_cast<std::size_t>(first * width), static_cast<std::size_t>(count * width));
    };
    Who who;
    who.identity.assign(query.identity.begin() + first, query.identity.begin() + first + count);
    who.camera.assign(query.camera.begin() + first, query.camera.begin() + first + count);
    ranking.add(visible_distances(device, {part(queries.rows, size), part(queries.shares, strips)}, galleries,
                                  size, strips),
                who);
  }
  return ranking.result();
}

}  // namespace triptych
