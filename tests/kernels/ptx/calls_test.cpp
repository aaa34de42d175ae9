#include "kernels/ptx/calls.h"

#include <doctest/doctest.h>

#include "tests/kernels/ptx/toy.h"

namespace triptych::ptx {
namespace {

using toy::complaint;
using toy::holds;
using toy::kernel;

// int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }, as nvcc writes it.
constexpr const char* fibonacci = R"(
.func (.param .b32 func_retval0) fib(.param .b32 fib_param_0)
{
  .reg .pred %p<2>;
  .reg .b32 %r<9>;
  ld.param.u32 %r8, [fib_param_0];
  setp.lt.s32 %p1, %r8, 2;
  @%p1 bra done;
  add.s32 %r4, %r8, -1;
  { .param .b32 param0; st.param.b32 [param0+0], %r4; .param .b32 retval0;
    call.uni (retval0), fib, (param0);
    ld.param.b32 %r5, [retval0+0]; }
  add.s32 %r6, %r8, -2;
  { .param .b32 param0; st.param.b32 [param0+0], %r6; .param .b32 retval0;
    call.uni (retval0), fib, (param0);
    ld.param.b32 %r7, [retval0+0]; }
  add.s32 %r8, %r7, %r5;
done:
  st.param.b32 [func_retval0+0], %r8;
  ret;
}
)";
constexpr const char* call_of_fibonacci = R"(
  { .param .b32 param0; st.param.b32 [param0+0], %r2; .param .b32 retval0;
    call.uni (retval0), fib, (param0);
    ld.param.b32 %r3, [retval0+0]; }
)";

TEST_CASE("ptx: a function that calls itself, each lane to its own depth") {
  const std::string body =
      std::string("rem.u32 %r2, %r1, 8;\n") + call_of_fibonacci + "st.global.u32 [%rd2], %r3;";
  const auto x = toy::run(kernel(body, "", fibonacci), 40, 40);
  constexpr std::uint32_t wanted[] = {0, 1, 1, 2, 3, 5, 8, 13};
  for (std::uint32_t i = 0; i < 40; ++i) CHECK(x[i] == wanted[i % 8]);
}

TEST_CASE("ptx: a call under a condition: the lanes meet again behind it") {
  const std::string body = std::string(
                               "mov.u32 %r2, 6;\nmov.u32 %r3, 0;\nsetp.gt.u32 %p1, %r1, 9;\n"
                               "@%p1 bra past;\n") +
                           call_of_fibonacci +
                           "past:\nactivemask.b32 %r4;\npopc.b32 %r4, %r4;\nadd.s32 %r3, %r3, %r4;\n"
                           "st.global.u32 [%rd2], %r3;";
  const auto x = toy::run(kernel(body, "", fibonacci), 32, 32);
  for (std::uint32_t i = 0; i < 32; ++i) CHECK(x[i] == (i > 9 ? 0 : 8) + 32);
}

TEST_CASE("ptx: a call that never ends is a stack overflow") {
  const std::string endless = ".func endless()\n{\n{ call.uni endless, (); }\nret;\n}\n";
  CHECK(holds(complaint(kernel("{ call.uni endless, (); }", "", endless), 1),
              "stack overflow: calls are nested"));
}

TEST_CASE("ptx: a local array of a recursive function is one of each call") {
  // int deep(int n) { int a[4]; a[n % 4] = n; if (n) deep(n - 1); return a[n % 4]; }
  const std::string deep = R"(
.func (.param .b32 func_retval0) deep(.param .b32 deep_param_0)
{
  .local .align 16 .b8 depot[16];
  .reg .pred %p<2>;
  .reg .b32 %r<9>;
  .reg .b64 %rd<3>;
  mov.u64 %rd1, depot;
  ld.param.u32 %r1, [deep_param_0];
  st.local.u32 [%rd1+4], %r1;
  setp.eq.s32 %p1, %r1, 0;
  @%p1 bra done;
  add.s32 %r2, %r1, -1;
  { .param .b32 param0; st.param.b32 [param0+0], %r2; .param .b32 retval0;
    call.uni (retval0), deep, (param0);
    ld.param.b32 %r3, [retval0+0]; }
done:
  ld.local.u32 %r4, [%rd1+4];
  st.param.b32 [func_retval0+0], %r4;
  ret;
}
)";
  const auto x = toy::run(kernel(R"(
  { .param .b32 param0; st.param.b32 [param0+0], %r1; .param .b32 retval0;
    call.uni (retval0), deep, (param0);
    ld.param.b32 %r3, [retval0+0]; }
  st.global.u32 [%rd2], %r3;)",
                                 "", deep),
                          32, 32);
  for (std::uint32_t i = 0; i < 32; ++i) CHECK(x[i] == i);
}

TEST_CASE("ptx: what one kernel has and the interpreter does not know leaves the other kernels alone") {
  const std::string other =
      ".visible .entry other(.param .u64 y)\n{\n.reg .b32 %r<3>;\n.loc 1 7 0\n"
      "tex.2d.v4.f32.s32 {%r1, %r1, %r1, %r1}, [y, {%r1, %r1}];\nret;\n}\n";
  const std::string text = kernel("mov.u32 %r2, 5;\nst.global.u32 [%rd2], %r2;", "", other);
  CHECK(toy::run(text, 4, 4)[3] == 5);
  toy::Machine machine(text);
  const std::uint64_t nothing = 0;
  const KernelArgument argument{&nothing, sizeof nothing};
  try {
    machine.interpreter.launch("other", {1, 1, 1}, {1, 1, 1}, 0, {&argument, 1}, {}, 1);
    FAIL("it was run");
  } catch (const Fault& problem) {
    CHECK(problem.place == "toy.cu:7");
    CHECK(holds(problem.what(), "tex.2d.v4.f32.s32"));
  }
}

TEST_CASE("ptx: a barrier that counts, and lanes that have the same number") {
  const auto x = toy::run(kernel(R"(
    and.b32 %r2, %r1, 3;
    setp.eq.s32 %p1, %r2, 0;
    bar.red.popc.u32 %r3, 0, %p1;
    match.any.sync.b32 %r4, %r2, -1;
    popc.b32 %r4, %r4;
    mad.lo.u32 %r3, %r3, 100, %r4;
    st.global.u32 [%rd2], %r3;)"),
                          64, 64);
  for (std::uint32_t i = 0; i < 64; ++i) CHECK(x[i] == 1608);
}

TEST_CASE("ptx: numbers of 16 bits round to nearest even, once") {
  // 2049 = 2048 + 1 is between 2048 and 2050 in f16: to the even fraction, 2048.
  const auto x = toy::run(kernel(R"(
    mov.f32 %f1, 0f45001000;
    cvt.rn.f16.f32 %rs1, %f1;
    cvt.f32.f16 %f2, %rs1;
    st.global.f32 [%rd1], %f2;
    fma.rn.f16 %rs2, %rs1, %rs1, %rs1;
    cvt.f32.f16 %f3, %rs2;
    st.global.f32 [%rd1+4], %f3;
    cvt.rn.bf16.f32 %rs3, %f1;
    cvt.f32.bf16 %f4, %rs3;
    st.global.f32 [%rd1+8], %f4;)"),
                          1, 3);
  CHECK(std::bit_cast<float>(x[0]) == 2048.0f);
  CHECK(x[1] == 0x7f800000u);  // 4196352 is beyond the greatest of them
  CHECK(std::bit_cast<float>(x[2]) == 2048.0f);
}

}  // namespace
}  // namespace triptych::ptx
