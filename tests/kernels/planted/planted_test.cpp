// Mistakes that a GPU would not report, planted one by one: which tool catches which. The table of
// kernels/ptx/README.md is what this test prints:
//
//   build/tests/kernels --test-case='planted*' --success
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>

#include "kernels/emulator/executor.h"
#include "kernels/ptx/device.h"
#include "kernels/ptx/parser.h"
#include "tests/kernels/planted/mistakes.h"

// A sanitizer ends the program with a report of its own.
#ifndef TRIPTYCH_ONE_BLOCK_AT_A_TIME

using namespace triptych;

namespace {

constexpr const char* tools[] = {"emulator", "ptx"};

// The PTX of kernels.cu beside that of kernels/cuda; false when the program was built without nvcc.
bool open_ptx() {
  static const bool there = [] {
    const std::string folder = ptx::find_folder();
    if (folder.empty()) return false;
    const std::string file = folder + "/../tests/planted.ptx";
    if (!std::filesystem::exists(file)) return false;
    ptx::device_interpreter().add(ptx::parse_file(file));
    return true;
  }();
  return there;
}

}  // namespace

TEST_CASE("planted mistakes: each is caught by the tools that say so, and what is right is not accused") {
  const test::Watching watching;
  const bool with_ptx = open_ptx();
  if (!with_ptx) MESSAGE("SKIPPED: ptx, since the program was built without nvcc");
  std::string table = "| mistake | emulator | ptx |\n| --- | --- | --- |\n";
  for (const auto list : {test::kernel_mistakes, test::stream_mistakes, test::tensor_mistakes})
    for (const test::Mistake& mistake : list()) {
      table += fmt::format("| {} |", mistake.name);
      for (int tool = 0; tool < 2; ++tool) {
        if (tool == 1 && !with_ptx) continue;
        const emulator::EngineScope scope(tool ? emulator::Engine::ptx : emulator::Engine::fibers);
        CAPTURE(mistake.name);
        CAPTURE(tools[tool]);
        const std::string said = mistake.wrong();
        CAPTURE(said);
        if (const char* wanted = mistake.said[tool]) CHECK(said.find(wanted) != std::string::npos);
        table += said.empty() ? " - |" : " caught |";
        if (mistake.right) CHECK(mistake.right() == "");
      }
      table += "\n";
    }
  MESSAGE("\n", table);
}
#endif
