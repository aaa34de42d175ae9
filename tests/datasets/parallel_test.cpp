#include "datasets/parallel.h"

#include <atomic>
#include <stdexcept>

#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("everything runs once, failures come back in order and do not stop the others") {
  for (const int threads : {1, 3}) {
    std::vector<std::atomic<int>> runs(100);
    const std::vector<Failure> failures = try_in_parallel(100, threads, [&](Index i) {
      ++runs[static_cast<std::size_t>(i)];
      if (i % 40 == 3) throw std::runtime_error("number " + std::to_string(i));
    });
    for (const std::atomic<int>& count : runs) CHECK(count == 1);
    REQUIRE(failures.size() == 3);
    CHECK(failures[0].message == "number 3");
    CHECK(failures[2].index == 83);
  }
}

TEST_CASE("failures become one sentence") {
  CHECK_NOTHROW(require_no_failures({}));
  CHECK(complaint([] { require_no_failures({{3, "bad"}}); }) == "bad");
  CHECK(contains(complaint([] { require_no_failures({{3, "bad"}, {4, "worse"}}); }), "bad (and 1 more"));
}
