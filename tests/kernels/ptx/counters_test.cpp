#include "kernels/ptx/counters.h"

#include <doctest/doctest.h>

#include "kernels/ptx/report.h"
#include "tests/kernels/ptx/toy.h"

namespace triptych::ptx {
namespace {

// The counters of one request whose lane l accesses `bytes` at base + stride * l.
Counts global(std::uint64_t base, std::uint64_t stride, int bytes, Mask mask = all_lanes) {
  std::uint64_t addresses[lanes];
  for (int l = 0; l < lanes; ++l) addresses[l] = base + stride * static_cast<std::uint64_t>(l);
  Counts counts;
  count_global(counts, addresses, mask, bytes);
  return counts;
}
Counts shared(std::uint64_t stride, int bytes, Mask mask = all_lanes) {
  std::uint64_t addresses[lanes];
  for (int l = 0; l < lanes; ++l) addresses[l] = stride * static_cast<std::uint64_t>(l);
  Counts counts;
  count_shared(counts, addresses, mask, bytes);
  return counts;
}

TEST_CASE("ptx: sectors of 32 bytes: neighbours share them, a stride does not") {
  CHECK(global(4096, 4, 4).sectors == 4);
  CHECK(global(4096, 4, 4).ideal_sectors == 4);
  CHECK(global(4100, 4, 4).sectors == 5);  // shifted by one element
  CHECK(global(4100, 4, 4).ideal_sectors == 4);
  CHECK(global(4096, 8, 4).sectors == 8);
  CHECK(global(4096, 128, 4).sectors == 32);
  CHECK(global(4096, 128, 4).ideal_sectors == 4);
  CHECK(global(4096, 0, 4).sectors == 1);  // all the same
  CHECK(global(4096, 0, 4).ideal_sectors == 1);
  CHECK(global(4096, 16, 16).sectors == 16);
  CHECK(global(4096, 4, 4, 0xFF).sectors == 1);
  CHECK(global(4096, 1, 1).sectors == 1);
}

TEST_CASE("ptx: order does not matter: reversed lanes need the same sectors") {
  std::uint64_t addresses[lanes];
  for (int l = 0; l < lanes; ++l) addresses[l] = 4096 + 4 * static_cast<std::uint64_t>(lanes - 1 - l);
  Counts counts;
  count_global(counts, addresses, all_lanes, 4);
  CHECK(counts.sectors == 4);
}

TEST_CASE("ptx: bank conflicts: a stride of 32 words hits one bank 32 times") {
  CHECK(shared(4, 4).extra_wavefronts() == 0);
  CHECK(shared(0, 4).extra_wavefronts() == 0);  // one word for all: a broadcast
  CHECK(shared(8, 4).extra_wavefronts() == 1);
  CHECK(shared(128, 4).extra_wavefronts() == 31);
  CHECK(shared(132, 4).extra_wavefronts() == 0);  // a row padded by one word
  CHECK(shared(128, 4, 0xF).extra_wavefronts() == 3);
  CHECK(shared(1, 1).extra_wavefronts() == 0);
}

TEST_CASE("ptx: lanes that read one word of shared memory share it") {
  CHECK(shared(4, 4).shared_words == 32);
  CHECK(shared(0, 16).shared_words == 4);
  CHECK(shared(16, 16).shared_words == 128);
  CHECK(shared(8, 16).shared_words == 66);  // each float4 begins in the middle of the one before
  CHECK(shared(1, 1).shared_words == 8);
  CHECK(shared(4, 4, 0x7).shared_words == 3);
}

TEST_CASE("ptx: wide accesses take 2 or 4 wavefronts at best, and conflict within a half or a quarter warp") {
  CHECK(shared(8, 8).ideal_wavefronts == 2);
  CHECK(shared(8, 8).extra_wavefronts() == 0);
  CHECK(shared(16, 16).ideal_wavefronts == 4);
  CHECK(shared(16, 16).extra_wavefronts() == 0);
  CHECK(shared(32, 16).extra_wavefronts() == 4);  // every other float4: two lanes of a quarter share banks
}

TEST_CASE("ptx: a kernel's counters come by source line, and the report prints them") {
  toy::Machine machine(toy::kernel(R"(
    .loc 1 10 0
    st.global.u32 [%rd2], %r1;
    .loc 1 11 0
    mul.wide.u32 %rd3, %r1, 128;
    add.s64 %rd3, %rd1, %rd3;
    .loc 1 12 0
    ld.global.u32 %r3, [%rd3+4096];
    shl.b32 %r4, %r1, 7;
    .loc 1 13 0
    st.shared.u32 [%r4], %r3;
    .loc 1 14 0
    fma.rn.f32 %f1, 0f3F800000, 0f3F800000, 0f3F800000;
    setp.lt.u32 %p1, %r1, 8;
    @%p1 fma.rn.f32 %f1, %f1, %f1, %f1;)",
                                   ".shared .align 4 .b8 tile[4096];\n"));
  machine.interpreter.count(true);
  machine.run({2, 1, 1}, {32, 1, 1}, 2048);
  const std::vector<Profile> profiles = machine.interpreter.profiles();
  REQUIRE(profiles.size() == 1);
  const auto line = [&](int number) { return profiles[0].lines.at({"toy.cu", number}); };
  CHECK(line(10).requests == 2);
  CHECK(line(10).sectors == 8);
  CHECK(line(11).issued == 4);
  CHECK(line(11).threads == 128);
  CHECK(line(12).sectors == 64);
  CHECK(line(13).shared_requests == 2);
  CHECK(line(13).extra_wavefronts() == 62);
  CHECK(line(14).multiply_adds == 2 * (32 + 8));
  CHECK(profiles[0].total.issued == 2 * 14);

  const std::string table = line_table(profiles, "toy");
  CHECK(toy::holds(table, "toy.cu:13"));
  CHECK(toy::holds(table, "32.00"));
  CHECK(toy::holds(kernel_rows(profiles), "toy"));
  machine.interpreter.clear_profiles();
  CHECK(machine.interpreter.profiles().empty());
}

}  // namespace
}  // namespace triptych::ptx
