#include "engine/batcher.h"

#include <algorithm>

#include "tests/engine/helpers.h"

using namespace triptych;

TEST_CASE("batches hold every example once, in an order of the seed and the epoch") {
  const Batcher batches(10, 4, 7), again(10, 4, 7), other(10, 4, 8);
  CHECK(batches.batches_per_epoch() == 3);
  CHECK(batches.epoch(0) == again.epoch(0));
  CHECK(batches.epoch(0) != batches.epoch(1));
  CHECK(batches.epoch(0) != other.epoch(0));
  std::vector<std::int32_t> all;
  for (const auto& batch : batches.epoch(5)) all.insert(all.end(), batch.begin(), batch.end());
  std::sort(all.begin(), all.end());
  CHECK(all == std::vector<std::int32_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  CHECK(batches.epoch(0)[2].size() == 2);
  CHECK(Batcher(10, 4, 7, true).epoch(0).size() == 2);
  CHECK(Batcher(10, 4, 7, true).batches_per_epoch() == 2);
  CHECK(message_of([] { Batcher(0, 4, 7); }) ==
        "a Batcher needs examples and a batch size of 1 or more, not 0 and 4");
}

TEST_CASE("rows_of picks rows of numbers and of labels") {
  for (const Device& device : devices()) {
    const std::vector<std::int32_t> positions = {2, 0};
    CHECK(rows_of(tensor(device, {3, 2}, {1, 2, 3, 4, 5, 6}), positions).values() ==
          std::vector<Real>{5, 6, 1, 2});
    CHECK(rows_of(integers(device, {3}, {7, 8, 9}), positions).int32_values() ==
          std::vector<std::int32_t>{9, 7});
    CHECK(message_of([&] {
            rows_of(integers(device, {2}, {7, 8}), positions);
          }) == "rows_of: the position 2 is not within 0 and 1");
  }
}
