#include <algorithm>

#include "exercises/test.h"

namespace triptych {

static Index begin_of(Index part, Index n, Index parts) {
  return part * n / parts;
}

TEST_CASE("9.1 four images of three rows, five chunks, two ranks") {
  // rows      0 1 2 | 3 4 5 | 6 7 8 | 9 10 11
  // chunks    0 0 1   1 2 2   2 3 3   4  4  4      begin at 0, 2, 4, 7 and 9
  const RankWork first = work_of(4, 3, 5, 2, 0), second = work_of(4, 3, 5, 2, 1);
  CHECK(first.first_chunk == 0);
  CHECK(first.end_chunk == 3);  // chunk 2 begins with row 4, in image 1
  CHECK(first.first_image == 0);
  CHECK(first.end_image == 3);  // and ends with row 6, in image 2
  CHECK(second.first_chunk == 3);
  CHECK(second.end_chunk == 5);
  CHECK(second.first_image == 2);
  CHECK(second.end_image == 4);
}

TEST_CASE("9.1 every chunk is added up once, by the rank that owns its first row, from images that it has") {
  for (const Index images : {1, 4, 7, 96})
    for (const Index rows : {1, 3, 20})
      for (const Index chunks : {Index(1), Index(2), Index(5), Index(32), images * rows})
        for (const Index ranks : {1, 2, 3, 5, 64}) {
          if (chunks > images * rows) continue;
          CAPTURE(images);
          CAPTURE(rows);
          CAPTURE(chunks);
          CAPTURE(ranks);
          const Index n = images * rows;
          Index next = 0;
          for (Index rank = 0; rank < ranks; ++rank) {
            CAPTURE(rank);
            const RankWork work = work_of(images, rows, chunks, ranks, rank);
            const Index first = begin_of(rank, images, ranks), end = begin_of(rank + 1, images, ranks);
            REQUIRE(work.first_chunk == next);
            REQUIRE(work.end_chunk >= work.first_chunk);
            REQUIRE(work.end_chunk <= chunks);
            next = work.end_chunk;
            Index reached = end;
            for (Index chunk = work.first_chunk; chunk < work.end_chunk; ++chunk) {
              const Index image = begin_of(chunk, n, chunks) / rows;
              REQUIRE(image >= first);
              REQUIRE(image < end);
              reached = std::max(reached, (begin_of(chunk + 1, n, chunks) - 1) / rows + 1);
            }
            REQUIRE(work.first_image == first);
            REQUIRE(work.end_image == reached);  // and no image more
          }
          REQUIRE(next == chunks);
        }
}

}  // namespace triptych
