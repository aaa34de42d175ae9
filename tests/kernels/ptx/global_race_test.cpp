#include <doctest/doctest.h>

#include "kernels/ptx/index_arithmetic.h"
#include "tests/kernels/ptx/toy.h"

// Races in global memory, in PTX by hand; tests/kernels/planted has more of them, compiled by nvcc.
namespace triptych::ptx {
namespace {

using toy::complaint;
using toy::holds;
using toy::kernel;

// What the interpreter says of a kernel with `blocks` blocks of 32 threads.
std::string complaint_of_blocks(const std::string& text, unsigned blocks) {
  try {
    toy::Machine(text).run({blocks, 1, 1}, {32, 1, 1}, 64 * blocks);
    return "";
  } catch (const Fault& problem) {
    return problem.what();
  }
}

TEST_CASE("ptx: planted: bins[x] += 1 from many threads") {
  const std::string plain =
      "ld.global.u32 %r2, [%rd1];\nadd.u32 %r2, %r2, 1;\n.loc 1 7 0\nst.global.u32 [%rd1], %r2;";
  CHECK(holds(complaint(kernel(plain), 32),
              "toy, toy.cu:7: thread (0, 0, 0) of block (0, 0, 0): race: writes global memory that another "
              "thread has read, and no barrier stands between"));
  CHECK(complaint(kernel(plain), 1) == "");
  CHECK(holds(complaint_of_blocks(kernel("setp.ne.u32 %p1, %r1, 0;\n@%p1 ret;\n" + plain), 2),
              "race: reads global memory that another block has written, and no __threadfence()"));
  CHECK(complaint(kernel("red.global.add.u32 [%rd1], 1;"), 64) == "");
}

TEST_CASE("ptx: a barrier orders global memory within a block, and __syncwarp within a warp") {
  const std::string shift = "ld.global.u32 %r2, [%rd2+4];\n{}st.global.u32 [%rd2], %r2;";
  const auto with = [&](const std::string& between) {
    std::string text = shift;
    return kernel(text.replace(text.find("{}"), 2, between));
  };
  CHECK(holds(complaint(with(""), 63), "race: "));
  CHECK(complaint(with("bar.sync 0;\n"), 63) == "");
  CHECK(complaint(with("bar.warp.sync -1;\n"), 32) == "");
  CHECK(holds(complaint(with("bar.warp.sync -1;\n"), 63), "race: "));
}

TEST_CASE("ptx: two threads may write one word if they write the same value, and bytes of a word are apart") {
  CHECK(complaint(kernel("st.global.u32 [%rd1], 7;"), 64) == "");
  CHECK(holds(complaint(kernel("st.global.u32 [%rd1], %r1;"), 64), "race: writes global memory"));
  CHECK(complaint_of_blocks(kernel("st.global.u32 [%rd1], 7;"), 4) == "");
  CHECK(complaint(kernel("cvt.u64.u32 %rd3, %r1;\nadd.s64 %rd3, %rd1, %rd3;\nst.global.u8 [%rd3], %r1;"),
                  64) == "");
}

TEST_CASE("ptx: planted: the read-only cache and a write in one launch") {
  const std::string read = "ld.global.nc.u32 %r2, [%rd2];\n", write = "st.global.u32 [%rd2], %r1;\n";
  CHECK(holds(complaint(kernel(read + write), 32), "read-only cache: writes what"));
  CHECK(
      holds(complaint(kernel(write + "bar.sync 0;\n" + read), 32), "read-only cache: reads by ld.global.nc"));
  CHECK(complaint(kernel(read + "st.global.u32 [%rd2+128], %r1;"), 32) == "");
}

TEST_CASE("ptx: a fence and an atomic pass data from block to block") {
  // Block 0 writes x[2] and then raises x[0]; block 1 reads both.
  const auto text = [](const std::string& fence, const std::string& raise, const std::string& look) {
    return kernel(
        "setp.ne.u32 %p1, %r1, 0;\n@%p1 ret;\nmov.u32 %r2, %ctaid.x;\nsetp.ne.u32 %p2, %r2, 0;\n"
        "@%p2 bra second;\nst.global.u32 [%rd1+8], 5;\n" +
        fence + raise + "ret;\nsecond: " + look + "ld.global.u32 %r4, [%rd1+8];\n");
  };
  const std::string atomic = "atom.global.exch.b32 %r3, [%rd1], 1;\n",
                    look = "atom.global.add.u32 %r3, [%rd1], 0;\n";
  const std::string flag = "st.volatile.global.u32 [%rd1], 1;\n",
                    poll = "ld.volatile.global.u32 %r3, [%rd1];\n";
  CHECK(complaint_of_blocks(text("membar.gl;\n", atomic, look), 2) == "");
  CHECK(complaint_of_blocks(text("membar.gl;\n", flag, poll), 2) == "");
  CHECK(complaint_of_blocks(text("", "atom.global.release.gpu.exch.b32 %r3, [%rd1], 1;\n",
                                 "ld.acquire.gpu.global.u32 %r3, [%rd1];\n"),
                            2) == "");
  CHECK(
      holds(complaint_of_blocks(text("", atomic, look), 2), "race: reads global memory that another block"));
  CHECK(holds(complaint_of_blocks(text("membar.cta;\n", atomic, look), 2), "race"));
  CHECK(holds(complaint_of_blocks(text("membar.gl;\n", "", ""), 2), "race"));
}

TEST_CASE("ptx: planted: a grid, a block and bounds that a GPU refuses") {
  const auto said = [](const std::string& text, Triple grid, Triple block) {
    try {
      toy::Machine(text).run(grid, block, 64);
      return std::string();
    } catch (const Fault& problem) {
      return std::string(problem.what());
    }
  };
  std::string text = kernel("");
  CHECK(said(text, {1, 65535, 1}, {1, 1, 1}) == "");
  CHECK(holds(said(text, {1, 65536, 1}, {1, 1, 1}), "bad launch: a grid of 1 x 65536 x 1 blocks"));
  CHECK(holds(said(text, {1, 1, 1}, {1, 1, 65}), "bad launch: a block of 1 x 1 x 65 threads"));
  text.replace(text.find(")\n{"), 3, ")\n.maxntid 16, 2, 1\n{");
  CHECK(said(text, {1, 1, 1}, {32, 1, 1}) == "");
  CHECK(holds(said(text, {1, 1, 1}, {33, 1, 1}), "__launch_bounds__ allow 32"));
}

TEST_CASE("ptx: planted: an index that does not fit into an int") {
  // x[threadIdx.x * 65536 * 65536], computed in 32 bits: x[0] for all.
  const std::string index = "shl.b32 %r2, %r1, 16;\nmul.lo.s32 %r3, %r2, 65536;\n";
  const std::string widened =
      "mul.wide.s32 %rd3, %r3, 4;\nadd.s64 %rd4, %rd1, %rd3;\nst.global.u32 [%rd4], 1;";
  CHECK(holds(complaint(kernel(index + widened), 4),
              "thread (1, 0, 0) of block (0, 0, 0): integer overflow: the result of an index in 32 bits"));
  CHECK(complaint(kernel(index + widened), 1) == "");
  // An unsigned number wraps around rightly, and what is no index is left alone.
  CHECK(complaint(kernel(index + "mul.wide.u32 %rd3, %r3, 4;"), 4) == "");
  CHECK(complaint(kernel(index + "st.global.u32 [%rd2], %r3;"), 4) == "");
  // What a lane that does not take part computes does not count.
  CHECK(
      complaint(kernel("shl.b32 %r2, %r1, 16;\nsetp.eq.u32 %p1, %r1, 0;\n@%p1 mul.lo.s32 %r3, %r2, 65536;\n" +
                       std::string("@%p1 mul.wide.s32 %rd3, %r3, 4;")),
                4) == "");
}

}  // namespace
}  // namespace triptych::ptx
