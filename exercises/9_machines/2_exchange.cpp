// 9.2 A sum in a fixed order, with little traffic
//
// The gradient of a layer has E elements, and each chunk of the batch gave a partial sum of all of them:
// partials[c][e]. Rank r has computed the chunks from first_chunk[r] on, before first_chunk[r + 1]. In the
// end every rank needs
//
//   sum[e] = ((partials[0][e] + partials[1][e]) + partials[2][e]) + ...        in float, in this order
//
// for every e, to the bit, for any number of ranks. If each rank received all partial sums, that would be
// easy, and each would receive nearly chunks E numbers. Two steps need far less: rank r adds up a share of
// the elements alone, those from floor(r E / ranks) on, before floor((r + 1) E / ranks), for which it
// receives that share of each chunk that it has not computed itself; then every rank receives the sums that
// it has not added up itself.
//
// Write `add_up`: the sums, and how many numbers each rank receives in the two steps together.
//
// What is below adds in another order for every number of ranks, as MPI_Allreduce may.
#include "exercises/exercises.h"

namespace triptych {

Exchanged add_up(const std::vector<std::vector<float>>& partials, const std::vector<Index>& first_chunk) {
  const std::size_t elements = partials[0].size(), ranks = first_chunk.size() - 1;
  Exchanged result{std::vector<float>(elements), std::vector<Index>(ranks)};
  for (std::size_t r = 0; r < ranks; ++r) {
    std::vector<float> own(elements);
    for (Index c = first_chunk[r]; c < first_chunk[r + 1]; ++c)
      for (std::size_t e = 0; e < elements; ++e) own[e] += partials[static_cast<std::size_t>(c)][e];
    for (std::size_t e = 0; e < elements; ++e) result.sum[e] += own[e];
    result.received[r] = static_cast<Index>(elements);
  }
  return result;
}

}  // namespace triptych
