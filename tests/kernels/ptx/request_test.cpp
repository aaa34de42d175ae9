#include "kernels/ptx/request.h"

#include <doctest/doctest.h>

#include <bit>
#include <map>
#include <set>

#include "kernels/philox.h"
#include "tests/kernels/ptx/toy.h"

namespace triptych::ptx {
namespace {

std::uint32_t random(std::uint32_t at, std::uint32_t stream) {
  return Philox::generate({at, stream, 0, 0}, 11)[0];
}

// A request of `bytes` for each lane of the mask, with distances of one of several kinds, from `base` on.
struct Example {
  std::uint64_t addresses[lanes];
  Example(std::uint32_t seed, std::uint64_t base, Mask mask, int bytes) {
    const std::uint32_t kind = random(seed, 1) % 5;
    for (std::uint32_t l = 0; l < lanes; ++l) {
      const std::uint64_t steps = kind == 0   ? l
                                  : kind == 1 ? l / 8
                                  : kind == 2 ? 31 - l
                                  : kind == 3 ? l * 17
                                              : random(l, seed + 2) % 64;
      addresses[l] = base + steps * static_cast<std::uint64_t>(bytes);
    }
    for (int l = 0; l < lanes; ++l)
      if (!(mask >> l & 1)) addresses[l] = addresses[std::countr_zero(mask)];
  }
};

// Each word that is requested is in one run, with all the lanes that request it.
void check_runs(RequestShape& shape, const Example& example, Mask mask, int bytes) {
  std::map<std::uint64_t, Mask> requests;
  for (int l = 0; l < lanes && bytes >= 4; ++l)
    for (int i = 0; i < bytes / 4 && (mask >> l & 1); ++i)
      requests[example.addresses[l] + 4 * static_cast<std::uint64_t>(i)] |= Mask{1} << l;
  std::size_t words = 0;
  std::uint64_t behind = 0;
  for (const RequestShape::Run& run : shape.runs()) {
    for (int i = 0; i < run.words; ++i, ++words) {
      const std::uint64_t at =
          example.addresses[std::countr_zero(mask)] + run.from + 4 * static_cast<std::uint64_t>(i);
      CHECK(at >= behind);
      behind = at + 4;
      CHECK(std::has_single_bit(requests[at]) != run.several);
      CHECK(std::countr_zero(requests[at]) == run.lane[i]);
      CHECK((requests[at] & ~run.sharers) == 0);
    }
  }
  CHECK(words == requests.size());
}

void check(RequestShape& shape, const Example& example, Mask mask, int bytes) {
  shape.see(example.addresses, mask, bytes);
  std::set<std::uint64_t> all;
  for (int l = 0; l < lanes; ++l)
    if (mask >> l & 1) all.insert(example.addresses[l]);
  const std::uint64_t base = example.addresses[std::countr_zero(mask)];
  CHECK(base + shape.lowest() == *all.begin());
  CHECK(base + shape.highest() == *all.rbegin());
  CHECK(shape.parts().size() == all.size());
  Mask seen = 0;
  for (const RequestShape::Part& part : shape.parts()) {
    for (int l = 0; l < lanes; ++l)
      if (part.sharers >> l & 1) CHECK(example.addresses[l] == example.addresses[part.lane]);
    CHECK((seen & part.sharers) == 0);
    seen |= part.sharers;
  }
  CHECK(seen == mask);
  check_runs(shape, example, mask, bytes);
  Counts wanted, got;
  count_global(wanted, example.addresses, mask, bytes);
  count_shared(wanted, example.addresses, mask, bytes);
  shape.count_global(got, example.addresses);
  shape.count_shared(got, example.addresses);
  CHECK(got.requests == wanted.requests);
  CHECK(got.sectors == wanted.sectors);
  CHECK(got.ideal_sectors == wanted.ideal_sectors);
  CHECK(got.shared_requests == wanted.shared_requests);
  CHECK(got.wavefronts == wanted.wavefronts);
  CHECK(got.ideal_wavefronts == wanted.ideal_wavefronts);
  CHECK(got.shared_words == wanted.shared_words);
}

}  // namespace

TEST_CASE("ptx: a request like the last one costs the same, wherever it begins, and another one its own") {
  RequestShape shape;
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    const int bytes = 1 << random(seed, 3) % 5;
    const Mask mask = seed % 3 ? all_lanes : random(seed, 4) | 1u << seed % 32;
    for (std::uint32_t place = 0; place < 5; ++place)
      check(shape,
            Example(seed, 4096 + random(place, seed) % 512 * static_cast<std::uint64_t>(bytes), mask, bytes),
            mask, bytes);
  }
  // All lanes at one address, and then one of them: only the mask differs.
  check(shape, Example(0, 4096, 1, 4), 1, 4);
  Example same(0, 4096, 1, 4);
  check(shape, same, all_lanes, 4);
  check(shape, same, 8, 4);
}

// The same instruction reads one word with all lanes, and behind a barrier with one lane alone, which then
// writes it.
TEST_CASE("ptx: which lanes read is seen anew each time") {
  CHECK(toy::complaint(toy::kernel(R"(
    mov.u32 %r3, tile;
    mov.u32 %r2, 0;
    setp.eq.u32 %p1, %r1, 0;
    @%p1 st.shared.u32 [%r3], 1;
    bar.sync 0;
  again:
    ld.shared.u32 %r9, [%r3];
    setp.eq.u32 %p2, %r2, 1;
    @%p2 bra write;
    bar.sync 0;
    mov.u32 %r2, 1;
    @!%p1 bra end;
    bra.uni again;
  write:
    st.shared.u32 [%r3], 2;
  end: ret;)",
                                   ".shared .align 4 .b8 tile[4];"),
                       32) == "");
}

TEST_CASE(
    "ptx: planted: a word that all lanes read is written by the first of them, and no barrier stands "
    "between") {
  const std::string text = toy::kernel(R"(
    mov.u32 %r3, tile;
    setp.eq.u32 %p1, %r1, 0;
    @%p1 st.shared.u32 [%r3], 1;
    bar.sync 0;
    ld.shared.u32 %r9, [%r3];
    @%p1 st.shared.u32 [%r3], 2;)",
                                       ".shared .align 4 .b8 tile[4];");
  CHECK(toy::holds(toy::complaint(text, 32), "race: writes shared memory that another thread has read"));
  CHECK(toy::holds(toy::complaint(text, 64), "race: writes shared memory that another thread has read"));
  CHECK(toy::complaint(text, 1) == "");
}

}  // namespace triptych::ptx
