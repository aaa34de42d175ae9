#include "reid/search/shared_search.h"

#include <doctest/doctest.h>

#include "engine/ranks.h"

using namespace triptych;

namespace {

// Small whole numbers in two dimensions: many rows are equally far from a query.
std::vector<float> tied_rows(Index count) {
  std::vector<float> rows;
  for (Index i = 0; i < count; ++i) {
    rows.push_back(static_cast<float>(i * 7 % 5));
    rows.push_back(static_cast<float>(i * 11 % 3));
  }
  return rows;
}

}  // namespace

TEST_CASE("search by ranks: the answer of one, equal distances included, on every rank") {
  const std::vector<float> rows = tied_rows(61), queries = {0, 0, 2, 1, 9, -3};
  const MemoryRows searched(rows, 2);
  for (const Index top : {1, 4, 60, 100}) {
    const auto expected = nearest_rows(Device::open("cpu"), searched, queries, top);
    for (const Index count : {1, 2, 3, 7, 64}) {
      CAPTURE(top);
      CAPTURE(count);
      run_as_ranks(count, [&](Communicator& ranks) {
        const Device device = Device::open("cpu");
        device.use_threads(1);
        join(device, {&ranks, [](Communicator*) {}});
        CHECK(nearest_rows_by_ranks(device, searched, queries, top) == expected);
      });
    }
  }
}

TEST_CASE("search by ranks: each looks through its own share") {
  class CountingRows final : public RowSource {
   public:
    explicit CountingRows(const MemoryRows& all) : all_(all) {}
    Index count() const override { return all_.count(); }
    Index size() const override { return all_.size(); }
    Block block(Index first, Index count) const override {
      seen += count;
      return all_.block(first, count);
    }
    mutable Index seen = 0;

   private:
    const MemoryRows& all_;
  };
  const std::vector<float> rows = tied_rows(1000), query = {1, 1};
  const MemoryRows all(rows, 2);
  run_as_ranks(4, [&](Communicator& ranks) {
    const Device device = Device::open("cpu");
    join(device, {&ranks, [](Communicator*) {}});
    const CountingRows counting(all);
    nearest_rows_by_ranks(device, counting, query, 3);
    CHECK(counting.seen == 250);
  });
}
