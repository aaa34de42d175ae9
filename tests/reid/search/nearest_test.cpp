#include "reid/search/nearest.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/random.h"
#include "reid/search/row_file.h"
#include "tests/drawing/helpers.h"

using namespace triptych;
using triptych::testing::complaint;
using triptych::testing::contains;

namespace {

std::vector<float> random_rows(Index count, Index size, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> rows(static_cast<std::size_t>(count * size));
  for (float& value : rows) value = static_cast<float>(random.normal());
  for (Index i = 0; i < count; ++i) {
    const auto row =
        std::span(rows).subspan(static_cast<std::size_t>(i * size), static_cast<std::size_t>(size));
    double squares = 0;
    for (const float v : row) squares += static_cast<double>(v) * static_cast<double>(v);
    for (float& v : row) v = static_cast<float>(static_cast<double>(v) / std::sqrt(squares));
  }
  return rows;
}

// All rows sorted by (distance, row), in long double.
std::vector<Index> sorted_rows(const std::vector<float>& rows, const float* query, Index size, Index top) {
  std::vector<std::pair<long double, Index>> all;
  for (Index i = 0; i * size < static_cast<Index>(rows.size()); ++i) {
    long double sum = 0;
    for (Index k = 0; k < size; ++k) {
      const long double d = static_cast<long double>(rows[static_cast<std::size_t>(i * size + k)]) - query[k];
      sum += d * d;
    }
    all.emplace_back(sum, i);
  }
  std::ranges::sort(all);
  std::vector<Index> result;
  for (Index i = 0; i < std::min<Index>(top, static_cast<Index>(all.size())); ++i)
    result.push_back(all[static_cast<std::size_t>(i)].second);
  return result;
}

std::vector<Index> rows_of(const std::vector<NearRow>& near) {
  std::vector<Index> rows;
  for (const NearRow& one : near) rows.push_back(one.row);
  return rows;
}

}  // namespace

TEST_CASE("search: a gallery by hand") {
  const Device device = Device::open("cpu");
  //                              0       1       2       3       4
  const std::vector<float> rows = {0, 0, 3, 4, 1, 0, 0, 1, -1, 0};
  const std::vector<float> queries = {0, 0, 3, 0};
  const auto near = nearest_rows(device, MemoryRows(rows, 2), queries, 4);
  REQUIRE(near.size() == 2);
  // Rows 2, 3 and 4 are equally far from the origin: the earlier one comes first.
  CHECK(near[0] == std::vector<NearRow>{{0, 0}, {2, 1}, {3, 1}, {4, 1}});
  CHECK(near[1] == std::vector<NearRow>{{2, 4}, {0, 9}, {3, 10}, {1, 16}});
}

TEST_CASE("search: equals sorting all distances, for any number of threads and of queries together") {
  for (const Index size : {1, 7, 64, 129}) {
    CAPTURE(size);
    const Index count = 3001, top = 17;
    const std::vector<float> rows = random_rows(count, size, 1), queries = random_rows(9, size, 2);
    const MemoryRows searched(rows, size);
    std::vector<std::vector<NearRow>> first;
    for (const int threads : {1, 2, 3}) {
      const Device device = Device::open("cpu");
      device.use_threads(threads);
      const auto together = nearest_rows(device, searched, queries, top);
      if (threads == 1) first = together;
      CHECK(together == first);
      for (Index q = 0; q < 9; ++q) {
        const std::span<const float> query(queries.data() + q * size, static_cast<std::size_t>(size));
        CHECK(nearest_rows(device, searched, query, top).front() == first[static_cast<std::size_t>(q)]);
      }
    }
    for (Index q = 0; q < 9; ++q)
      CHECK(rows_of(first[static_cast<std::size_t>(q)]) ==
            sorted_rows(rows, queries.data() + q * size, size, top));
  }
}

// In single precision |x|^2 + |q|^2 - 2 x.q of these rows is the same number, or in the wrong order.
TEST_CASE("search: distances that single precision cannot tell apart are in the right order") {
  const Index size = 128, count = 400;
  std::vector<float> rows, query = random_rows(1, size, 3);
  for (Index i = 0; i < count; ++i) {
    rows.insert(rows.end(), query.begin(), query.end());
    float& value = rows[static_cast<std::size_t>(i * size + i % size)];
    for (Index step = 0; step < (i * 37) % count; ++step)
      value = std::nextafter(value, std::numeric_limits<float>::infinity());
  }
  for (const char* name : {"cpu", "reference"}) {
    const auto near = nearest_rows(Device::open(name), MemoryRows(rows, size), query, 50).front();
    CHECK(rows_of(near) == sorted_rows(rows, query.data(), size, 50));
    CHECK(near[1].distance > 0);
    CHECK(near[1].distance < 1e-13);
  }
}

// ... and here rounding differs from row to row by more than the distances do.
TEST_CASE("search: distances below the rounding of single precision are in the right order") {
  const Index size = 640, count = 300;
  for (const std::uint64_t seed : {3, 4, 5}) {
    Random random(seed);
    std::vector<float> rows, query = random_rows(1, size, seed);
    for (Index i = 0; i < count; ++i)
      for (const float value : query) rows.push_back(value + 1e-6f * static_cast<float>(random.normal()));
    const auto near = nearest_rows(Device::open("cpu"), MemoryRows(rows, size), query, 20).front();
    CHECK(rows_of(near) == sorted_rows(rows, query.data(), size, 20));
  }
}

TEST_CASE("search: equal rows come in their order, however many there are") {
  const Index size = 16;
  const std::vector<float> one = random_rows(1, size, 4);
  std::vector<float> rows;
  for (int i = 0; i < 5000; ++i) rows.insert(rows.end(), one.begin(), one.end());
  const auto near = nearest_rows(Device::open("cpu"), MemoryRows(rows, size), one, 3).front();
  CHECK(near == std::vector<NearRow>{{0, 0}, {1, 0}, {2, 0}});
}

TEST_CASE("search: fewer rows than were asked for, and none") {
  const Device device = Device::open("cpu");
  const std::vector<float> rows = {1, 2, 3, 4}, query = {1, 2};
  CHECK(nearest_rows(device, MemoryRows(rows, 2), query, 10).front().size() == 2);
  CHECK(nearest_rows(device, MemoryRows({}, 2), query, 10).front().empty());
  CHECK(nearest_rows(device, MemoryRows(rows, 2), {}, 10).empty());
}

TEST_CASE("search: what cannot be searched for is an Error") {
  const Device device = Device::open("cpu");
  const std::vector<float> rows = {1, 2, 3, 4}, query = {1, 2, 3}, bad = {1, NAN};
  const MemoryRows searched(rows, 2);
  CHECK(contains(complaint([&] { nearest_rows(device, searched, query, 1); }), "2 dimensions"));
  CHECK(contains(complaint([&] { nearest_rows(device, searched, bad, 1); }), "not finite"));
  CHECK(contains(complaint([&] { nearest_rows(device, searched, std::span(query).first(2), 0); }),
                 "1 or more"));
}

namespace {

// Through a row file, whose codes a search of a few queries reads.
std::vector<std::vector<NearRow>> search_file(const std::vector<float>& rows, Index size,
                                              std::span<const float> queries, Index top) {
  const triptych::testing::TemporaryFolder folder;
  const std::string state(RowFile::state_characters, 's');
  RowFile::write(folder / "rows", state, static_cast<Index>(rows.size()) / size, size,
                 [&](Index first, Index n, float* to, std::int64_t* ids) {
                   std::copy_n(rows.begin() + first * size, n * size, to);
                   std::iota(ids, ids + n, first);
                 });
  const auto file = RowFile::open(folder / "rows", state);
  REQUIRE(file.has_value());
  REQUIRE(file->coded_block(0, 1).codes != nullptr);
  return nearest_rows(Device::open("cpu"), *file, queries, top);
}

}  // namespace

TEST_CASE("search codes: the answer of exact rows, to the bit") {
  for (const Index size : {1, 7, 64, 129, 896}) {
    CAPTURE(size);
    const std::vector<float> rows = random_rows(2003, size, 5), queries = random_rows(3, size, 6);
    CHECK(search_file(rows, size, queries, 17) ==
          nearest_rows(Device::open("cpu"), MemoryRows(rows, size), queries, 17));
  }
}

TEST_CASE("search codes: distances far below the error of the codes are in the right order") {
  const Index size = 128, count = 400;
  std::vector<float> rows, query = random_rows(1, size, 3);
  for (Index i = 0; i < count; ++i) {
    rows.insert(rows.end(), query.begin(), query.end());
    rows[static_cast<std::size_t>(i * size + i % size)] += 1e-5f * static_cast<float>((i * 37) % count);
  }
  CHECK(rows_of(search_file(rows, size, query, 50).front()) == sorted_rows(rows, query.data(), size, 50));
}

TEST_CASE("search codes: rows of all lengths, and such as have no usable codes") {
  const Index size = 5, count = 300;
  std::vector<float> rows = random_rows(count, size, 7), queries = random_rows(4, size, 8);
  for (Index i = 0; i < count; ++i)
    for (Index k = 0; k < size; ++k)
      rows[static_cast<std::size_t>(i * size + k)] *= std::pow(10.f, static_cast<float>(i % 41 - 30));
  std::fill_n(rows.begin(), size, 0.f);
  rows[7 * size] = std::numeric_limits<float>::denorm_min();
  std::fill_n(queries.begin(), size, 0.f);
  for (Index k = 0; k < size; ++k) queries[static_cast<std::size_t>(size + k)] *= 1e-20f;
  CHECK(search_file(rows, size, queries, count) ==
        nearest_rows(Device::open("cpu"), MemoryRows(rows, size), queries, count));
}
