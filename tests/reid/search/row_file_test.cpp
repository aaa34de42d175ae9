#include "reid/search/row_file.h"

#include <doctest/doctest.h>

#include <fstream>

#include "tests/drawing/helpers.h"

using namespace triptych;
using triptych::testing::bytes_of;
using triptych::testing::TemporaryFolder;
using triptych::testing::write_bytes;

namespace {

const std::string state = "0123456789abcdef0123456789abcdef";

// Row i is (i, 1, -i), its id 10 i.
void write_rows(const std::filesystem::path& path, Index count) {
  RowFile::write(path, state, count, 3, [](Index first, Index n, float* rows, std::int64_t* ids) {
    for (Index i = 0; i < n; ++i) {
      const auto value = static_cast<float>(first + i);
      rows[3 * i] = value, rows[3 * i + 1] = 1, rows[3 * i + 2] = -value;
      ids[i] = 10 * (first + i);
    }
  });
}

}  // namespace

TEST_CASE("row file: what was written is read, with norms and ids") {
  TemporaryFolder folder;
  for (const Index count : {0, 1, 1000, 3000}) {
    CAPTURE(count);
    write_rows(folder / "rows", count);
    const auto file = RowFile::open(folder / "rows", state);
    REQUIRE(file.has_value());
    CHECK(file->count() == count);
    CHECK(file->size() == 3);
    for (Index i = 0; i < count; i += 7) {
      const RowSource::Block block = file->block(i, 1);
      CHECK(block.rows[0] == static_cast<float>(i));
      CHECK(block.rows[2] == -static_cast<float>(i));
      CHECK(block.norms[0] == static_cast<float>(2 * i * i + 1));
      CHECK(file->id(i) == 10 * i);
    }
  }
}

TEST_CASE("row file: one that is missing, of another state, cut off or something else is not used") {
  TemporaryFolder folder;
  CHECK(!RowFile::open(folder / "none", state));
  write_rows(folder / "rows", 100);
  CHECK(RowFile::open(folder / "rows", state).has_value());
  CHECK(!RowFile::open(folder / "rows", "1" + state.substr(1)));
  const std::vector<std::uint8_t> whole = bytes_of(folder / "rows");
  for (const std::size_t size : {std::size_t(0), std::size_t(10), std::size_t(4096), whole.size() - 1}) {
    write_bytes(folder / "cut", {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    CHECK(!RowFile::open(folder / "cut", state));
  }
  // Sizes that do not fit the file, also those whose product overflows.
  for (const std::size_t at : {0, 8, 12, 15, 16, 20, 23}) {
    std::vector<std::uint8_t> other = whole;
    other[at] ^= 0x80;
    write_bytes(folder / "other", other);
    CHECK(!RowFile::open(folder / "other", state));
  }
}

TEST_CASE("row file: a search of it is a search of the rows") {
  TemporaryFolder folder;
  write_rows(folder / "rows", 500);
  const auto file = RowFile::open(folder / "rows", state);
  REQUIRE(file.has_value());
  const std::vector<float> query = {77, 1, -77};
  const auto near = nearest_rows(Device::open("cpu"), *file, query, 3).front();
  CHECK(near == std::vector<NearRow>{{77, 0}, {76, 2}, {78, 2}});
}
