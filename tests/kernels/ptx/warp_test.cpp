#include "kernels/ptx/warp.h"

#include <doctest/doctest.h>

#include "tests/kernels/ptx/toy.h"

namespace triptych::ptx {
namespace {

using toy::complaint;
using toy::holds;
using toy::kernel;

TEST_CASE("ptx: lanes that go different ways meet again, and a loop runs as often as each lane wants") {
  // x[i] = i even ? sum of 1 .. i : 1000 + i; then all lanes together add 1.
  const auto x = toy::run(kernel(R"(
    and.b32 %r2, %r1, 1;
    setp.eq.s32 %p1, %r2, 1;
    @%p1 bra odd;
    mov.u32 %r9, 0;
    mov.u32 %r3, %r1;
  again:
    setp.eq.s32 %p2, %r3, 0;
    @%p2 bra together;
    add.s32 %r9, %r9, %r3;
    sub.s32 %r3, %r3, 1;
    bra.uni again;
  odd:
    add.s32 %r9, %r1, 1000;
  together:
    activemask.b32 %r4;
    popc.b32 %r4, %r4;
    add.s32 %r9, %r9, %r4;
    st.global.u32 [%rd2], %r9;)"),
                          32, 32);
  for (std::uint32_t i = 0; i < 32; ++i) CHECK(x[i] == (i % 2 ? 1000 + i : i * (i + 1) / 2) + 32);
}

TEST_CASE("ptx: a switch: each lane takes its entry of the table") {
  const auto x = toy::run(kernel(R"(
    and.b32 %r2, %r1, 3;
    brx.idx %r2, table;
  table: .branchtargets a, b, c, a;
  a: mov.u32 %r9, 10;
    bra.uni done;
  b: mov.u32 %r9, 11;
    bra.uni done;
  c: mov.u32 %r9, 12;
  done: st.global.u32 [%rd2], %r9;)"),
                          8, 8);
  CHECK(x == std::vector<std::uint32_t>{10, 11, 12, 10, 10, 11, 12, 10});
}

TEST_CASE("ptx: shuffles") {
  const auto shuffled = [](const std::string& instruction) {
    return toy::run(kernel(instruction + "\nst.global.u32 [%rd2], %r9;"), 32, 32);
  };
  const auto butterfly = shuffled("shfl.sync.bfly.b32 %r9, %r1, 1, 31, -1;");
  const auto down = shuffled("shfl.sync.down.b32 %r9|%p1, %r1, 16, 31, -1;\n@!%p1 mov.u32 %r9, 99;");
  const auto up = shuffled("shfl.sync.up.b32 %r9, %r1, 2, 0, -1;");
  const auto index = shuffled("shfl.sync.idx.b32 %r9, %r1, 3, 0x181F, -1;");  // segments of 8
  for (std::uint32_t i = 0; i < 32; ++i) {
    CHECK(butterfly[i] == (i ^ 1));
    CHECK(down[i] == (i < 16 ? i + 16 : 99));
    CHECK(up[i] == (i < 2 ? i : i - 2));
    CHECK(index[i] == (i & ~7u) + 3);
  }
}

TEST_CASE("ptx: lanes with different member masks meet apart; those that have exited are not waited for") {
  const auto x = toy::run(kernel(R"(
    setp.ge.u32 %p1, %r1, 24;
    @%p1 ret;
    setp.lt.u32 %p2, %r1, 16;
    selp.b32 %r2, 0xFFFF, 0xFFFF0000, %p2;
    vote.sync.ballot.b32 %r9, %p2, %r2;
    st.global.u32 [%rd2], %r9;)"),
                          32, 32);
  CHECK(x[0] == 0xFFFF);
  CHECK(x[20] == 0);
  CHECK(x[30] == ~0u);
}

TEST_CASE("ptx: votes and reductions over the lanes") {
  const auto x = toy::run(kernel(R"(
    setp.gt.u32 %p1, %r1, 7;
    vote.sync.all.pred %p2, %p1, -1;
    vote.sync.any.pred %p3, !%p1, -1;
    redux.sync.add.s32 %r5, %r1, -1;
    selp.b32 %r6, 1, 0, %p2;
    selp.b32 %r7, 2, 0, %p3;
    add.s32 %r9, %r6, %r7;
    add.s32 %r9, %r9, %r5;
    st.global.u32 [%rd2], %r9;)"),
                          32, 32);
  CHECK(x[5] == 2 + 31 * 16);
}

TEST_CASE("ptx: planted: a shuffle that not all named lanes reach") {
  const std::string said = complaint(kernel(R"(
    setp.lt.u32 %p1, %r1, 8;
    .loc 1 42 0
    @%p1 shfl.sync.bfly.b32 %r9, %r1, 1, 31, -1;)"),
                                     32);
  CHECK(holds(said, "toy, toy.cu:42: thread (0, 0, 0) of block (0, 0, 0): missing lanes"));
  const std::string branched = complaint(kernel(R"(
    setp.lt.u32 %p1, %r1, 8;
    @!%p1 bra end;
    shfl.sync.bfly.b32 %r9, %r1, 1, 31, -1;
  end: bar.warp.sync -1;)"),
                                         32);
  CHECK(holds(branched, "missing lanes"));
  CHECK(holds(complaint(kernel("shfl.sync.bfly.b32 %r9, %r1, 1, 31, 3;"), 32),
              "does not name the lane itself"));
  CHECK(holds(
      complaint(kernel("setp.lt.u32 %p1, %r1, 3;\n@!%p1 ret;\nshfl.sync.bfly.b32 %r9, %r1, 1, 31, -1;"), 32),
      "shuffle: reads from lane 3, which does not take part"));
}

// The manual: a barrier waits for the threads that have not exited; exit releases barriers that wait for
// nobody else.
TEST_CASE("ptx: a barrier does not wait for threads that have exited") {
  CHECK(complaint(kernel("setp.lt.u32 %p1, %r1, 40;\n@!%p1 ret;\nbar.sync 0;\nst.global.u32 [%rd2], 1;"),
                  64) == "");
  CHECK(complaint(kernel("setp.lt.u32 %p1, %r1, 32;\n@!%p1 bra e;\nbar.sync 0;\nbar.sync 0;\ne: ret;"), 64) ==
        "");
  // In a loop: lane l leaves after l + 1 rounds.
  CHECK(
      complaint(kernel("mov.u32 %r2, 0;\nagain:\n.loc 1 2 0\nbar.sync 0;\n.loc 1 3 0\nsetp.ge.u32 %p1, %r2, "
                       "%r1;\n@%p1 bra e;\nadd.s32 %r2, %r2, 1;\nbra.uni again;\ne: ret;"),
                64) == "");
}

TEST_CASE("ptx: planted: barriers that not all threads reach") {
  CHECK(holds(complaint(kernel("setp.lt.u32 %p1, %r1, 8;\n@%p1 bar.sync 0;"), 32),
              "divergent barrier: its predicate"));
  CHECK(holds(
      complaint(
          kernel("setp.lt.u32 %p1, %r1, 8;\n@%p1 bra a;\nbar.sync 0;\nbra.uni e;\na: bar.sync 0;\ne: ret;"),
          32),
      "divergent barrier: other lanes of its warp wait at the barrier of toy.cu:1"));
  CHECK(holds(complaint(kernel("setp.lt.u32 %p1, %r1, 32;\n@%p1 bra a;\n.loc 1 5 0\nbar.sync "
                               "0;\nret;\na:\n.loc 1 8 0\nbar.sync 0;"),
                        64),
              "toy.cu:5: thread (32, 0, 0) of block (0, 0, 0): divergent barrier: another warp waits at the "
              "barrier of toy.cu:8"));
}

}  // namespace
}  // namespace triptych::ptx
