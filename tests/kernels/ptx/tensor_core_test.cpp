#include <doctest/doctest.h>

#include <bit>

#include "tests/kernels/ptx/toy.h"

namespace triptych::ptx {
namespace {

using toy::complaint;
using toy::holds;
using toy::kernel;

constexpr const char* tile = ".shared .align 16 .b8 tile[512];";

// x[i] = i, then what `body` does with them; %rd2 is the lane's place in x and %r2 its place in the tile.
std::vector<std::uint32_t> copied(const std::string& body) {
  return toy::run(kernel("st.global.u32 [%rd2], %r1;\nmov.u32 %r3, tile;\nshl.b32 %r4, %r1, 2;\n"
                         "add.s32 %r2, %r3, %r4;\nmov.u32 %r9, 77;\nbar.sync 0;\n" +
                             body + "\nst.global.u32 [%rd2+128], %r9;",
                         tile),
                  32, 64);
}

TEST_CASE("ptx: cp.async copies 4, 8 or 16 bytes when it is waited for, with zeros behind what is read") {
  const auto x = copied(R"(
    cp.async.ca.shared.global [%r2], [%rd2], 4;
    cp.async.commit_group;
    cp.async.wait_group 0;
    ld.shared.u32 %r9, [%r2];)");
  for (std::uint32_t i = 0; i < 32; ++i) CHECK(x[32 + i] == i);
  // Lanes 0, 4, 8 ... copy 16 bytes, and of these read 4 less than the one before them.
  const auto parts = copied(R"(
    and.b32 %r5, %r1, 3;
    setp.ne.u32 %p1, %r5, 0;
    and.b32 %r6, %r1, 12;
    @!%p1 cp.async.cg.shared.global [%r2], [%rd2], 16, %r6;
    cp.async.wait_all;
    bar.sync 0;
    ld.shared.u32 %r9, [%r2];)");
  for (std::uint32_t i = 0; i < 32; ++i) CHECK(parts[32 + i] == (4 * (i % 4) < (i & 12) ? i : 0));
}

TEST_CASE("ptx: cp.async.wait_group leaves the last groups under way") {
  const std::string two = R"(
    cp.async.ca.shared.global [%r2], [%rd2], 4;
    cp.async.commit_group;
    cp.async.ca.shared.global [%r2+128], [%rd2], 4;
    cp.async.commit_group;
    cp.async.wait_group 1;
    ld.shared.u32 %r9, [%r2)";
  CHECK(copied(two + "];")[40] == 8);
  const auto said = [&](const std::string& end) {
    return complaint(
        kernel("mov.u32 %r3, tile;\nshl.b32 %r4, %r1, 2;\nadd.s32 %r2, %r3, %r4;\n" + two + end, tile), 32);
  };
  CHECK(said("];") == "");
  CHECK(holds(said("+128];"), "race: touches shared memory into which cp.async is copying"));
  CHECK(holds(said("];\nst.shared.u32 [%r2+128], %r9;"), "into which cp.async is copying"));
  CHECK(holds(said("];\natom.shared.add.u32 %r9, [%r2+128], 1;"), "into which cp.async is copying"));
  // A group that nobody has committed is not waited for.
  CHECK(holds(complaint(kernel("mov.u32 %r3, tile;\nshl.b32 %r4, %r1, 2;\nadd.s32 %r2, %r3, %r4;\n"
                               "cp.async.ca.shared.global [%r2], [%rd2], 4;\ncp.async.wait_group 0;\n"
                               "ld.shared.u32 %r9, [%r2];",
                               tile),
                        32),
              "into which cp.async is copying"));
}

TEST_CASE("ptx: the next block knows nothing of a copy that this one did not wait for") {
  const std::string text = kernel(R"(
    mov.u32 %r3, tile;
    shl.b32 %r4, %r1, 2;
    add.s32 %r2, %r3, %r4;
    mov.u32 %r5, %ctaid.x;
    setp.ne.u32 %p1, %r5, 0;
    @!%p1 cp.async.ca.shared.global [%r2], [%rd2], 4;
    @%p1 st.shared.u32 [%r2], 5;
    @%p1 ld.shared.u32 %r9, [%r2];)",
                                  tile);
  CHECK_NOTHROW(toy::Machine(text).run({2, 1, 1}, {32, 1, 1}, 32));
}

TEST_CASE("ptx: ldmatrix: matrix m of the lanes 8 m + r, plain and transposed") {
  // The tile holds 256 numbers of 16 bits, i = 0, 1, ...; row r of matrix m begins at byte 16 (8 m + r).
  const std::string fill = R"(
    mov.u32 %r3, tile;
    shl.b32 %r4, %r1, 4;
    add.s32 %r2, %r3, %r4;
    mul.lo.u32 %r5, %r1, 0x00080008;
    add.u32 %r5, %r5, 0x00010000;
    add.u32 %r6, %r5, 0x00020002;
    add.u32 %r7, %r5, 0x00040004;
    add.u32 %r8, %r5, 0x00060006;
    st.shared.v4.u32 [%r2], {%r5, %r6, %r7, %r8};
    bar.warp.sync -1;)";
  const auto loaded = [&](const std::string& count, const std::string& registers, bool transposed) {
    return toy::run(kernel(fill +
                               "\nmov.u32 %r10, 0;\nmov.u32 %r11, 0;\nmov.u32 %r12, 0;\nmov.u32 %r13, 0;\n"
                               "ldmatrix.sync.aligned.m8n8.x" +
                               count + (transposed ? ".trans" : "") + ".shared.b16 {" + registers +
                               "}, [%r2];\nst.global.u32 [%rd2], %r10;\nst.global.u32 [%rd2+128], %r11;\n"
                               "st.global.u32 [%rd2+256], %r12;\nst.global.u32 [%rd2+384], %r13;",
                           tile),
                    32, 128);
  };
  const struct {
    std::string count, registers;
    std::uint32_t matrices;
  } variants[] = {{"1", "%r10", 1}, {"2", "%r10, %r11", 2}, {"4", "%r10, %r11, %r12, %r13", 4}};
  for (const auto& v : variants)
    for (const bool transposed : {false, true}) {
      const auto x = loaded(v.count, v.registers, transposed);
      for (std::uint32_t m = 0; m < 4; ++m)
        for (std::uint32_t lane = 0; lane < 32; ++lane) {
          const std::uint32_t row = lane / 4, column = lane % 4 * 2;
          const auto at = [&](std::uint32_t r, std::uint32_t c) { return 64 * m + 8 * r + c; };
          const std::uint32_t low = transposed ? at(column, row) : at(row, column);
          const std::uint32_t high = transposed ? at(column + 1, row) : at(row, column + 1);
          CHECK(x[32 * m + lane] == (m < v.matrices ? high << 16 | low : 0));
        }
    }
}

TEST_CASE("ptx: mma.sync adds to the sums that it is given, also in place") {
  // A and B of ones: each sum grows by 8.
  const auto x = toy::run(kernel(R"(
    cvt.rn.f32.u32 %f1, %r1;
    mov.f32 %f2, 0f3F800000;
    mov.b32 %r2, %f2;
    cvt.rna.tf32.f32 %r3, %f2;
    mov.f32 %f3, %f1;
    mov.f32 %f4, %f1;
    mov.f32 %f5, %f1;
    mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%f1, %f3, %f4, %f5}, {%r2, %r3, %r2, %r3}, {%r2, %r3},
      {%f1, %f3, %f4, %f5};
    mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%f6, %f7, %f8, %f9}, {%r2, %r2, %r2, %r2}, {%r2, %r2},
      {%f1, %f3, %f4, %f5};
    add.f32 %f9, %f9, %f6;
    st.global.f32 [%rd2], %f9;)"),
                          32, 32);
  for (std::uint32_t i = 0; i < 32; ++i) CHECK(std::bit_cast<float>(x[i]) == 2 * (float(i) + 16));
}

TEST_CASE("ptx: planted: instructions of tensor cores that are not known, or not for half a warp") {
  for (const char* wrong :
       {"mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64 {%fd1}, {%fd1}, {%fd1}, {%fd1};",
        "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%f1}, {%r1}, {%r1}, {%f1};",
        "ldmatrix.sync.aligned.m8n8.x3.shared.b16 {%r1, %r2, %r3}, [%r4];",
        "ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%r1}, [%r4];",
        "cp.async.cg.shared.global [%r1], [%rd1], 8;", "cp.async.ca.shared.global [%r1], [%rd1], 12;",
        "cp.async.bulk.commit_group.read;\ncp.async.bulk.shared.global [%r1], [%rd1], 64, [%r2];"})
    CHECK(holds(complaint(kernel(wrong), 32), "cannot be interpreted"));
  CHECK(holds(complaint(kernel("mov.u32 %r3, tile;\nst.shared.u32 [%r3], 1;\n"
                               "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r1}, [%r3];",
                               tile),
                        16),
              "missing lanes"));
  CHECK(
      holds(complaint(kernel("mov.u32 %r3, tile;\ncp.async.ca.shared.global [%r3+4], [%rd1], 8;", tile), 32),
            "misaligned"));
  CHECK(holds(complaint(kernel("mov.u32 %r3, tile;\nmov.u32 %r4, 8;\n"
                               "cp.async.ca.shared.global [%r3], [%rd1], 4, %r4;",
                               tile),
                        1),
              "the number of bytes that are read is larger than the copy"));
}

}  // namespace
}  // namespace triptych::ptx
