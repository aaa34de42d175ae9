// 9.1, solved. In the project: kernels/cpu/batch.h and engine/batch_split.cpp.
#include <algorithm>

#include "exercises/exercises.h"

namespace triptych {

RankWork work_of(Index images, Index rows, Index chunks, Index ranks, Index rank) {
  const Index n = images * rows;
  // The first chunk that begins at this row or later: c n / chunks >= row.
  const auto chunk_from = [&](Index row) { return (row * chunks + n - 1) / n; };
  RankWork work;
  work.first_image = rank * images / ranks;
  work.end_image = (rank + 1) * images / ranks;
  work.first_chunk = chunk_from(work.first_image * rows);
  work.end_chunk = chunk_from(work.end_image * rows);
  if (work.first_chunk == work.end_chunk) return work;
  const Index last_row = work.end_chunk * n / chunks - 1;
  work.end_image = std::max(work.end_image, last_row / rows + 1);
  return work;
}

}  // namespace triptych
