#include "kernels/ptx/written_memory.h"

#include <doctest/doctest.h>

#include <cstring>

#include "kernels/ptx/parser.h"

namespace triptych::ptx {
namespace {

// A kernel with the parameters p (64 bits), n (32), q (64) and s, a struct of two pointers: words 0, 1, 2, 3
// and 4 of the argument block.
WrittenMemory of(const std::string& body, const std::string& globals = "") {
  const Module module = parse(
      ".version 9.0\n.target sm_80\n.address_size 64\n" + globals +
          ".visible .entry toy(.param .u64 p, .param .u32 n, .param .u64 q, .param .align 8 .b8 s[16])\n"
          "{\n.reg .b32 %r<9>;\n.reg .b64 %rd<19>;\n.shared .align 4 .b8 tile[64];\n"
          "ld.param.u64 %rd1, [p];\nld.param.u32 %r1, [n];\nld.param.u64 %rd2, [q];\n"
          "ld.param.u64 %rd3, [s+8];\nmul.wide.s32 %rd4, %r1, 4;\ncvta.to.global.u64 %rd5, %rd1;\n"
          "add.s64 %rd6, %rd5, %rd4;\nadd.s64 %rd7, %rd2, %rd4;\n" +
          body + "\nret;\n}\n",
      "toy.ptx");
  return written_memory(module.kernels.at(0));
}
using Stores = std::vector<std::vector<std::size_t>>;

TEST_CASE("ptx: where a kernel may write is followed back to its parameters") {
  CHECK(of("ld.global.f32 %r2, [%rd6];").stores.empty());
  CHECK(!of("ld.global.f32 %r2, [%rd6];").anywhere);
  CHECK(of("st.global.u32 [%rd6], %r1;").stores == Stores{{0}});
  CHECK(of("ld.global.u32 %r2, [%rd6];\nst.global.u32 [%rd7+4], %r2;").stores == Stores{{2}});
  CHECK(of("red.global.add.u32 [%rd3], 1;").stores == Stores{{4}});
  CHECK(of("atom.global.add.u32 %r2, [%rd7], 1;").stores == Stores{{2}});
  CHECK(of("ld.param.v2.u64 {%rd8, %rd9}, [s];\nst.global.u32 [%rd9], 1;").stores == Stores{{4}});
  // Either of two arrays, and one by way of a register that is set later in the text, in a loop.
  CHECK(of("selp.b64 %rd8, %rd6, %rd7, %p1;\nst.global.u32 [%rd8], 1;").stores == Stores{{0, 2}});
  CHECK(of("$L:\nst.global.u32 [%rd8], 1;\nmov.u64 %rd8, %rd7;\nbra $L;").stores == Stores{{2}});
  // The block's own memory is no global memory.
  CHECK(of("mov.u64 %rd8, tile;\nst.u32 [%rd8], 1;\nst.shared.u32 [tile], 1;").stores.empty());
}

TEST_CASE("ptx: a store whose address is from elsewhere may be to anywhere") {
  CHECK(of("ld.global.u64 %rd8, [%rd6];\nst.global.u32 [%rd8], 1;").anywhere);
  CHECK(of("mov.b64 %rd8, {%r1, %r2};\nst.global.u32 [%rd8], 1;").anywhere);
  CHECK(of("mov.u64 %rd8, counter;\nst.global.u32 [%rd8], 1;", ".global .align 4 .u32 counter;\n").anywhere);
  CHECK(of("st.global.u32 [%rd9], 1;").anywhere);
  CHECK(of("call.uni work, (%rd1);").anywhere);
  CHECK(of("ld.param.u64 %rd8, [s+5000];\nst.global.u32 [%rd8], 1;").anywhere);
  CHECK(!of("ld.global.u64 %rd8, [%rd6];\nld.global.u32 %r2, [%rd8];").anywhere);
}

TEST_CASE("ptx: regions that a launch does not write to lose their cells") {
  emulator::GlobalCell cell{};
  // Which of two regions, 0x1000 to 0x1100 and 0x2000 to 0x2100, keep their cells.
  const auto kept = [&](const WrittenMemory& written, std::vector<std::uint64_t> arguments) {
    std::vector<Region> regions = {{0x1000, 0x1100, &cell}, {0x2000, 0x2100, &cell}};
    forget_unwritten(written, std::as_bytes(std::span(arguments)), regions);
    return std::pair(regions[0].cells != nullptr, regions[1].cells != nullptr);
  };
  const WrittenMemory first{false, {{0}}}, either{false, {{0, 1}}}, none{false, {}};
  CHECK(kept(first, {0x1000, 0x2000}) == std::pair(true, false));
  CHECK(kept(first, {0x2040, 0x1000}) == std::pair(false, true));
  CHECK(kept(either, {0x1000, 12}) == std::pair(true, false));  // an index beside a pointer
  CHECK(kept(either, {0x1000, 0x2000}) == std::pair(true, true));
  CHECK(kept(none, {0x1000}) == std::pair(false, false));
  CHECK(kept(first, {0, 0x1000}) == std::pair(false, false));    // null: an output that is not wanted
  CHECK(kept(first, {0x900, 0x1000}) == std::pair(true, true));  // before an array: where it goes is unknown
  CHECK(kept({}, {0x1000}) == std::pair(true, true));
  unsigned char written[64] = {};
  std::vector<Region> noted = {{0x1000, 0x1100, &cell, written}};
  forget_unwritten(none, {}, noted);
  CHECK(noted[0].cells != nullptr);  // whether what is read was ever written is still looked at
}

}  // namespace
}  // namespace triptych::ptx
