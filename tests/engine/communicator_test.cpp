#include "engine/communicator.h"

#include <array>
#include <numeric>

#include "tests/engine/helpers.h"

using namespace triptych;

TEST_CASE("communicator: every rank gets the pieces of all, in their order") {
  for (const Index count : {1, 2, 5})
    run_as_ranks(count, [&](Communicator& ranks) {
      // Rank r has r + 1 numbers.
      std::vector<Index> starts = {0};
      for (Index r = 0; r < count; ++r)
        starts.push_back(starts.back() + (r + 1) * static_cast<Index>(sizeof(int)));
      std::vector<int> data(static_cast<std::size_t>(starts.back()) / sizeof(int), -1);
      const Index first = starts[static_cast<std::size_t>(ranks.rank())] / static_cast<Index>(sizeof(int));
      for (Index i = 0; i <= ranks.rank(); ++i)
        data[static_cast<std::size_t>(first + i)] = static_cast<int>(first + i);
      ranks.all_gather(Traffic::features, data.data(), starts);
      std::vector<int> expected(data.size());
      std::iota(expected.begin(), expected.end(), 0);
      CHECK(data == expected);
      const Index others = starts.back() - (ranks.rank() + 1) * static_cast<Index>(sizeof(int));
      CHECK(ranks.received()[2] == (count == 1 ? 0 : static_cast<double>(others)));
    });
}

TEST_CASE("communicator: an exchange sends each rank what is meant for it") {
  run_as_ranks(3, [](Communicator& ranks) {
    const auto own = static_cast<char>('a' + ranks.rank());
    // To rank r: r + 1 letters.
    const std::vector<char> from(6, own);
    const std::array<Index, 4> sends = {0, 1, 3, 6};
    const Index mine = ranks.rank() + 1;
    const std::array<Index, 4> receives = {0, mine, 2 * mine, 3 * mine};
    std::string to(static_cast<std::size_t>(3 * mine), '-');
    ranks.exchange(Traffic::gradients, from.data(), sends, to.data(), receives);
    const auto n = static_cast<std::size_t>(mine);
    CHECK(to == std::string(n, 'a') + std::string(n, 'b') + std::string(n, 'c'));
  });
}

TEST_CASE("communicator: the first rank's words, and whether any says so") {
  run_as_ranks(3, [](Communicator& ranks) {
    CHECK(ranks.broadcast(ranks.leads() ? "runs/first" : "") == "runs/first");
    CHECK(ranks.broadcast(ranks.leads() ? std::string() : "something longer").empty());
    const std::string own(static_cast<std::size_t>(ranks.rank()), 'x');
    CHECK(ranks.gather(own) == std::vector<std::string>{"", "x", "xx"});
    CHECK(ranks.any(ranks.rank() == 2));
    CHECK_FALSE(ranks.any(false));
  });
}

TEST_CASE("communicator: a rank that fails ends the others' waiting") {
  CHECK(message_of([] {
          run_as_ranks(3, [](Communicator& ranks) {
            if (ranks.rank() == 1) fail("a full disk");
            ranks.barrier();
          });
        }) == "a full disk");
}
