#include "kernels/ptx/interpreter.h"

#include <doctest/doctest.h>

#include "tests/kernels/ptx/toy.h"

namespace triptych::ptx {
namespace {

using toy::complaint;
using toy::holds;
using toy::kernel;

TEST_CASE("ptx: an opcode that is not known is named, with kernel and source line") {
  CHECK(complaint(kernel(".loc 1 77 0\nwmma.load.a.f16 %r3, [%rd1];")) ==
        "toy, toy.cu:77: the instruction 'wmma.load.a.f16 %r3, [%rd1]' cannot be interpreted: this "
        "interpreter does not know the opcode wmma.load.a.f16");
  CHECK(holds(complaint(kernel("add.s32 %r3, %rd1, 1;")), "%rd1 is a register of another width"));
  CHECK(holds(complaint(kernel("add.s32 %r3, %r1;")), "it has 1 sources in place of 2"));
  CHECK(holds(complaint(kernel("bra nowhere;")), "there is no label nowhere"));
  CHECK(
      holds(complaint(kernel("call.uni nobody, ();")), "the function nobody of the device's library is not"));
  CHECK(holds(complaint(kernel("bar.sync 1, 64;")), "only bar.sync 0"));
}

TEST_CASE("ptx: a launch with the wrong kernel or arguments is refused") {
  toy::Machine machine(kernel(""));
  const int four_bytes = 0;
  const KernelArgument arguments[] = {{&four_bytes, 4}, {&four_bytes, 4}};
  const auto launch = [&](const char* name, std::span<const KernelArgument> list) {
    try {
      machine.interpreter.launch(name, {}, {}, 0, list, {});
      return std::string();
    } catch (const Fault& problem) {
      return std::string(problem.what());
    }
  };
  CHECK(holds(launch("_ZN8triptych4cuda4goneEv", {}), "the PTX has no kernel gone"));
  CHECK(holds(launch("toy", arguments), "toy takes 1 arguments by its PTX and 2 by the host's code"));
  CHECK(holds(launch("toy", std::span(arguments).first(1)), "argument 1 has 8 bytes by the PTX and 4"));
}

TEST_CASE("ptx: grids and blocks of three dimensions; blocks on several threads") {
  toy::Machine machine(kernel(R"(
    mov.u32 %r2, %ctaid.z;
    mov.u32 %r3, %nctaid.y;
    mov.u32 %r4, %ctaid.y;
    mad.lo.s32 %r2, %r2, %r3, %r4;
    mov.u32 %r3, %nctaid.x;
    mov.u32 %r4, %ctaid.x;
    mad.lo.s32 %r2, %r2, %r3, %r4;
    mov.u32 %r5, %tid.z;
    mov.u32 %r6, %ntid.y;
    mov.u32 %r7, %tid.y;
    mad.lo.s32 %r5, %r5, %r6, %r7;
    mov.u32 %r6, %ntid.x;
    mad.lo.s32 %r5, %r5, %r6, %r1;
    mad.lo.s32 %r8, %r2, 30, %r5;
    mul.wide.u32 %rd3, %r8, 4;
    add.s64 %rd3, %rd1, %rd3;
    st.global.u32 [%rd3], %r8;)"));
  const auto x = machine.run({2, 3, 4}, {5, 3, 2}, 24 * 30);
  for (std::uint32_t i = 0; i < x.size(); ++i) CHECK(x[i] == i);
}

TEST_CASE("ptx: launches are counted by grid and block, and each has its part of the sum") {
  toy::Machine machine(kernel("fma.rn.f32 %f1, %f2, %f3, %f1;\nst.global.u32 [%rd2], %r1;"));
  machine.run({1, 1, 1}, {32, 1, 1}, 64);  // not counted
  machine.interpreter.count(true);
  machine.run({1, 1, 1}, {64, 1, 1}, 64);
  machine.run({3, 1, 1}, {64, 1, 1}, 64);
  machine.run({3, 1, 1}, {64, 1, 1}, 64);
  const std::vector<Profile> profiles = machine.interpreter.profiles();
  REQUIRE(profiles.size() == 1);
  CHECK(profiles[0].mangled == "toy");
  CHECK(profiles[0].launches == 3);
  REQUIRE(profiles[0].shapes.size() == 2);
  const Launches& one = profiles[0].shapes.at({{1, 1, 1}, {64, 1, 1}, 0});
  const Launches& two = profiles[0].shapes.at({{3, 1, 1}, {64, 1, 1}, 0});
  CHECK(one.count == 1);
  CHECK(two.count == 2);
  CHECK(one.total.multiply_adds == 64);
  CHECK(one.total.sectors == 8);
  CHECK(two.total.multiply_adds == 2 * 3 * 64);
  CHECK(two.total.issued == 6 * one.total.issued);
  CHECK(one.total.issued + two.total.issued == profiles[0].total.issued);
  machine.interpreter.clear_profiles();
  CHECK(machine.interpreter.profiles().empty());
}

TEST_CASE("ptx: of several faults the one of the first block is told, on any number of threads") {
  Interpreter interpreter;
  interpreter.add(parse(
      kernel("mov.u32 %r2, %ctaid.x;\nsetp.lt.u32 %p1, %r2, 5;\n@%p1 ret;\nst.global.u32 [%rd1+64], %r2;"),
      "toy.ptx"));
  std::uint32_t x[4];
  const auto begin = reinterpret_cast<std::uint64_t>(x);
  const KernelArgument argument{&begin, sizeof begin};
  for (const int threads : {1, 4}) {
    std::string said;
    try {
      interpreter.launch("toy", {40, 1, 1}, {32, 1, 1}, 0, {&argument, 1}, {{begin, begin + sizeof x}},
                         threads);
    } catch (const Fault& problem) {
      said = problem.what();
    }
    CHECK(holds(said, "of block (5, 0, 0)"));
  }
}

}  // namespace
}  // namespace triptych::ptx
