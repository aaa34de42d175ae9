#include "kernels/ptx/shadow.h"

#include <doctest/doctest.h>

#include "tests/kernels/ptx/toy.h"

namespace triptych::ptx {
namespace {

using toy::complaint;
using toy::holds;

const std::string arrays = ".shared .align 4 .b8 tile[512];\n";
// %r2: tile + threadIdx.x, which every thread writes; then `body`.
std::string kernel(const std::string& body, bool barrier) {
  return toy::kernel(
      "mov.u32 %r2, tile;\nshl.b32 %r3, %r1, 2;\nadd.s32 %r2, %r2, %r3;\n.loc 1 3 0\nst.shared.u32 [%r2], "
      "%r1;\n" +
          std::string(barrier ? "bar.sync 0;\n" : "") + ".loc 1 4 0\n" + body,
      arrays);
}

TEST_CASE("ptx: planted: a missing barrier is a race between warps, in whatever order they run") {
  // Warp 1 reads what warp 0 wrote, which has run already; warp 0 reads what warp 1 has yet to write.
  const std::string read_back = "xor.b32 %r4, %r2, 128;\nld.shared.u32 %r5, [%r4];";
  CHECK(complaint(kernel(read_back, true), 64) == "");
  CHECK(holds(
      complaint(
          kernel("setp.lt.u32 %p1, %r1, 32;\n@%p1 bra e;\nld.shared.u32 %r5, [%r2+-128];\ne: ret;", false),
          64),
      "toy, toy.cu:4: thread (32, 0, 0) of block (0, 0, 0): race: reads shared memory that another thread "
      "has written, and no barrier stands between (thread 0, 0, 0): byte 0 of tile"));
}

TEST_CASE("ptx: planted: overwriting what another warp reads") {
  // All read word 0, then thread 63 writes it.
  const std::string body =
      "ld.shared.u32 %r5, [tile];\n{}setp.eq.u32 %p1, %r1, 63;\n.loc 1 6 0\n@%p1 st.shared.u32 [tile], 1;";
  const auto with = [&](const std::string& barrier) {
    std::string text = body;
    return kernel(text.replace(text.find("{}"), 2, barrier), true);
  };
  CHECK(complaint(with("bar.sync 0;\n"), 64) == "");
  CHECK(holds(complaint(with(""), 64),
              "toy.cu:6: thread (63, 0, 0) of block (0, 0, 0): race: writes shared memory that another "
              "thread has read"));
}

TEST_CASE("ptx: planted: two threads write one word") {
  CHECK(holds(
      complaint(kernel("st.shared.u32 [tile], %r1;", true), 64),
      "thread (1, 0, 0) of block (0, 0, 0): race: writes shared memory that another thread has written"));
}

TEST_CASE("ptx: lanes of one warp need bar.warp.sync, and that is enough for them") {
  const std::string neighbour = "xor.b32 %r4, %r2, 4;\nld.shared.u32 %r5, [%r4];\n";
  CHECK(holds(complaint(kernel(neighbour, false), 32),
              "race: reads shared memory that another thread has written"));
  CHECK(complaint(kernel("bar.warp.sync -1;\n" + neighbour, false), 64) == "");
  // Reading, meeting, writing: the readers of before do not count any more.
  CHECK(complaint(kernel("bar.warp.sync -1;\n" + neighbour + "bar.warp.sync -1;\nst.shared.u32 [%r2], %r5;\n",
                         false),
                  64) == "");
  CHECK(holds(complaint(kernel("bar.warp.sync -1;\n" + neighbour + "st.shared.u32 [%r2], %r5;\n", false), 32),
              "that another thread has read"));
  // ... but between warps it orders nothing.
  CHECK(holds(
      complaint(
          kernel("bar.warp.sync -1;\nsetp.lt.u32 %p1, %r1, 32;\n@!%p1 ld.shared.u32 %r5, [%r2+-128];", false),
          64),
      "race"));
}

TEST_CASE("ptx: planted: shared memory that was never written") {
  CHECK(holds(
      complaint(kernel("ld.shared.u32 %r5, [%r2+256];", true), 64),
      "uninitialised: reads shared memory that no thread of this block has written yet: byte 256 of tile"));
}

TEST_CASE("ptx: bytes next to each other in one word do not race") {
  const std::string bytes = "mov.u32 %r2, tile;\nadd.s32 %r2, %r2, %r1;\nst.shared.u8 [%r2], 1;\n";
  CHECK(complaint(toy::kernel(bytes, arrays), 64) == "");
  CHECK(holds(complaint(toy::kernel(bytes + "ld.shared.u8 %rs1, [tile+20];\n", arrays), 64), "race"));
}

TEST_CASE("ptx: atomics do not race with each other, but with a plain read") {
  const std::string first =
      "setp.ne.u32 %p1, %r1, 0;\n@%p1 bra go;\nst.shared.u32 [tile], 0;\ngo: bar.sync 0;\n";
  const std::string adds = "atom.shared.add.u32 %r5, [tile], 1;\n";
  CHECK(complaint(toy::kernel(first + adds + "bar.sync 0;\nld.shared.u32 %r6, [tile];\n", arrays), 64) == "");
  CHECK(holds(complaint(toy::kernel(first + adds + "ld.shared.u32 %r6, [tile];\n", arrays), 64), "race"));
}

TEST_CASE("ptx: a block does not see the shared memory of the one before") {
  toy::Machine machine(
      toy::kernel("setp.ne.u32 %p1, %r1, 0;\n@%p1 ret;\nmov.u32 %r2, %ctaid.x;\nsetp.eq.u32 %p2, %r2, 0;\n"
                  "@%p2 st.shared.u32 [tile], 1;\nld.shared.u32 %r3, [tile];",
                  arrays));
  CHECK_NOTHROW(machine.run({1, 1, 1}, {32, 1, 1}, 4));
  CHECK_THROWS_AS(machine.run({2, 1, 1}, {32, 1, 1}, 4), Fault);
}

}  // namespace
}  // namespace triptych::ptx
