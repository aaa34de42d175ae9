// 9.1 Which images a rank computes
//
// The rows of a batch, `rows` for each of `images` images, are summed in `chunks` chunks: chunk c consists of
// the rows from floor(c n / chunks) on, before floor((c + 1) n / chunks), with n = images rows. The chunks
// are what fixes the bits of the sum, so they do not change when several ranks share the work; and they do
// not care where an image ends. Rank r owns the images from floor(r images / ranks) on, before floor((r + 1)
// images / ranks). A chunk belongs to the rank that owns the image of the chunk's first row, and that rank
// has to compute every image of which the chunk holds a row.
//
// Write `work_of`: what rank r adds up and computes.
//   first_chunk, end_chunk   its chunks; none: both are the same
//   first_image, end_image   the images that it computes: its own, and those that its chunks reach into
//
// What is below is right when every chunk ends where an image does.
#include "exercises/exercises.h"

namespace triptych {

RankWork work_of(Index images, Index rows, Index chunks, Index ranks, Index rank) {
  (void)rows;
  RankWork work;
  work.first_image = rank * images / ranks, work.end_image = (rank + 1) * images / ranks;
  work.first_chunk = rank * chunks / ranks, work.end_chunk = (rank + 1) * chunks / ranks;
  return work;
}

}  // namespace triptych
