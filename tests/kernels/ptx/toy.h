#pragma once
#include <string>
#include <vector>

#include "kernels/ptx/fault.h"
#include "kernels/ptx/interpreter.h"
#include "kernels/ptx/parser.h"

// Small kernels written in PTX by hand, so that these tests need no nvcc.
namespace triptych::ptx::toy {

// A kernel `toy(x)` around `body`. Before it: %rd1 = x, %r1 = threadIdx.x, %rd2 = x + threadIdx.x, x an array
// of 32-bit words; line 1 of toy.cu. `declarations` may add arrays.
inline std::string kernel(const std::string& body, const std::string& declarations = "",
                          const std::string& globals = "") {
  return ".version 9.0\n.target sm_80\n.address_size 64\n.file 1 \"/home/me/toy.cu\"\n" + globals +
         ".visible .entry toy(.param .u64 x)\n{\n.reg .pred %p<9>;\n.reg .b16 %rs<9>;\n.reg .b32 %r<33>;\n"
         ".reg .f32 %f<33>;\n.reg .b64 %rd<33>;\n.reg .f64 %fd<9>;\n" +
         declarations +
         "\n.loc 1 1 0\nld.param.u64 %rd1, [x];\nmov.u32 %r1, %tid.x;\nmul.wide.u32 %rd2, %r1, 4;\n"
         "add.s64 %rd2, %rd1, %rd2;\n" +
         body + "\nret;\n}\n";
}

struct Machine {
  explicit Machine(const std::string& text) { interpreter.add(parse(text, "toy.ptx")); }

  // Runs toy(x) with x = `words` words of 0xffffffff, which begin with a sector, and returns x.
  std::vector<std::uint32_t> run(Triple grid, Triple block, std::size_t words,
                                 std::size_t dynamic_shared_bytes = 0) {
    constexpr std::size_t alignment = 128;
    std::vector<std::uint32_t> memory(words + alignment / 4, ~0u);
    const auto at = reinterpret_cast<std::uint64_t>(memory.data());
    const std::uint64_t begin = (at + alignment - 1) / alignment * alignment;
    const KernelArgument argument{&begin, sizeof begin};
    interpreter.launch("toy", grid, block, dynamic_shared_bytes, {&argument, 1}, {{begin, begin + 4 * words}},
                       1);
    const auto first = memory.begin() + static_cast<std::ptrdiff_t>((begin - at) / 4);
    return {first, first + static_cast<std::ptrdiff_t>(words)};
  }

  Interpreter interpreter;
};

// x after toy(x) with one block.
inline std::vector<std::uint32_t> run(const std::string& text, unsigned threads, std::size_t words) {
  return Machine(text).run({1, 1, 1}, {threads, 1, 1}, words);
}

// What the interpreter says about the kernel; empty when it has nothing to say.
inline std::string complaint(const std::string& text, unsigned threads = 64, std::size_t words = 64,
                             std::size_t dynamic_shared_bytes = 0) {
  try {
    Machine(text).run({1, 1, 1}, {threads, 1, 1}, words, dynamic_shared_bytes);
    return "";
  } catch (const Fault& problem) {
    return problem.what();
  }
}

inline bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace triptych::ptx::toy
