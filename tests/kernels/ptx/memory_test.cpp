#include "kernels/ptx/memory.h"

#include <doctest/doctest.h>

#include "tests/kernels/ptx/toy.h"

namespace triptych::ptx {
namespace {

using toy::complaint;
using toy::holds;
using toy::kernel;

TEST_CASE("ptx: vectors, bytes and signs go through memory unchanged") {
  const auto x = toy::run(kernel(R"(
    st.global.v4.u32 [%rd1], {%r1, 1, 2, 0xFFFF8081};
    ld.global.v2.u32 {%r3, %r4}, [%rd1+8];
    ld.global.s8 %r5, [%rd1+12];
    ld.global.u8 %rs1, [%rd1+12];
    cvt.u32.u16 %r6, %rs1;
    ld.global.s16 %r7, [%rd1+12];
    st.global.u32 [%rd1+16], %r3;
    st.global.u32 [%rd1+20], %r5;
    st.global.u32 [%rd1+24], %r6;
    st.global.u32 [%rd1+28], %r7;
    st.global.u8 [%rd1+33], 7;)"),
                          1, 9);
  CHECK(x ==
        std::vector<std::uint32_t>{0, 1, 2, 0xFFFF8081u, 2, 0xFFFFFF81u, 0x81u, 0xFFFF8081u, 0xFFFF07FFu});
}

TEST_CASE("ptx: shared, local and constant memory, by their own and by generic addresses") {
  const auto x = toy::run(kernel(R"(
    mov.u32 %r2, tile;
    shl.b32 %r3, %r1, 2;
    add.s32 %r2, %r2, %r3;
    st.shared.u32 [%r2], %r1;
    bar.sync 0;
    ld.shared.u32 %r4, [tile+12];
    cvt.u64.u32 %rd3, %r2;
    cvta.shared.u64 %rd4, %rd3;
    ld.u32 %r5, [%rd4];
    mov.u64 %rd5, depot;
    cvta.local.u64 %rd6, %rd5;
    st.local.u32 [%rd5+4], %r5;
    ld.u32 %r6, [%rd6+4];
    ld.const.u32 %r7, [table+4];
    mov.u64 %rd7, table;
    cvta.const.u64 %rd7, %rd7;
    ld.u32 %r8, [%rd7];
    ld.u32 %r9, [%rd2];
    add.s32 %r6, %r6, %r4;
    add.s32 %r6, %r6, %r7;
    add.s32 %r6, %r6, %r8;
    add.s32 %r6, %r6, %r9;
    st.u32 [%rd2], %r6;)",
                                 ".shared .align 4 .b8 tile[128];\n.local .align 4 .b8 depot[8];\n",
                                 ".const .align 4 .u32 table[2] = {100, 1000};\n"),
                          32, 32);
  for (std::uint32_t i = 0; i < 32; ++i) CHECK(x[i] == i + 3 + 1000 + 100 - 1);
}

TEST_CASE("ptx: dynamic shared memory begins behind the static arrays and is as long as the launch says") {
  const std::string text =
      kernel("mov.u32 %r2, pool;\nshl.b32 %r3, %r1, 2;\nadd.s32 %r2, %r2, %r3;\nst.shared.u32 [%r2], 1;",
             ".shared .align 4 .b8 tile[64];\n", ".extern .shared .align 16 .b8 pool[];\n");
  CHECK(complaint(text, 32, 32, 128) == "");
  CHECK(holds(complaint(text, 32, 32, 124),
              "thread (31, 0, 0) of block (0, 0, 0): out of range: writes 4 bytes of shared memory"));
  CHECK(holds(complaint(text, 32, 32, 124), "0 bytes past the end of pool, which has 124"));
}

TEST_CASE("ptx: atomics of all threads add up") {
  toy::Machine machine(kernel(R"(
    st.global.u32 [%rd2+8], %r1;
    atom.global.add.u32 %r3, [%rd1], 2;
    red.global.max.s32 [%rd1+4], %r1;)"));
  const auto x = machine.run({4, 1, 1}, {64, 1, 1}, 66);
  CHECK(x[0] == 4 * 64 * 2 - 1);
  CHECK(x[1] == 63);
}

TEST_CASE("ptx: planted: global memory out of range, misaligned, null") {
  CHECK(holds(complaint(kernel(".loc 1 9 0\nst.global.u32 [%rd2], %r1;"), 64, 63),
              "toy, toy.cu:9: thread (63, 0, 0) of block (0, 0, 0): out of range: writes 4 bytes of global "
              "memory at"));
  CHECK(holds(complaint(kernel("st.global.u32 [%rd2], %r1;"), 64, 63),
              "has 252 bytes, and this is byte 252 of it"));
  CHECK(holds(complaint(kernel("ld.global.v2.u32 {%r3, %r4}, [%rd2];"), 64, 65),
              "thread (1, 0, 0) of block (0, 0, 0): misaligned: reads 8 bytes"));
  CHECK(holds(complaint(kernel("mov.u64 %rd5, 0;\nld.global.u32 %r3, [%rd5];")), "the address is null"));
}

TEST_CASE("ptx: planted: running over the end of a shared or local array, even into the next one") {
  const std::string arrays = ".shared .align 4 .b8 tile_a[256];\n.shared .align 4 .b8 tile_b[256];\n";
  const std::string body =
      "mov.u32 %r2, tile_a;\nshl.b32 %r3, %r1, 2;\nadd.s32 %r2, %r2, %r3;\nst.shared.u32 [%r2+4], 1;";
  CHECK(holds(complaint(kernel(body, arrays), 64),
              "thread (63, 0, 0) of block (0, 0, 0): out of range: writes 4 bytes of shared memory"));
  CHECK(holds(complaint(kernel(body, arrays), 64), "0 bytes past the end of tile_a, which has 256"));
  CHECK(holds(complaint(kernel("ld.local.u32 %r3, [depot+8];", ".local .align 4 .b8 depot[8];\n")),
              "0 bytes past the end of depot"));
  CHECK(holds(complaint(kernel("ld.param.u32 %r3, [x+8];")),
              "reads 4 bytes at byte 8 of 8 bytes of parameters"));
}

}  // namespace
}  // namespace triptych::ptx
