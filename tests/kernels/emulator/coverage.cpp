// Which kernels of kernels/cuda a run of these tests has launched, in every variant of a template: printed at
// the end of a run with TRIPTYCH_COVERAGE=1 (tests/scripts/run.sh), a line for each kernel. A line that
// begins with FAILED names variants that no test reaches.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "kernels/emulator/launches.h"
#include "kernels/emulator/symbols.h"
#include "tests/devices.h"

namespace triptych::emulator {
namespace {

struct Variants {
  std::vector<std::string> launched, never;
};

// "multiply_kernel<TileShape<64, 64, 8, 4>, RowsAlongK, RowsAcrossK, MatrixSink>" -> the variant "64x64" of
// "multiply_kernel<RowsAlongK, RowsAcrossK, MatrixSink>"; other kernels have one variant, themselves.
std::pair<std::string, std::string> variant_of(const std::string& kernel) {
  static const std::regex tile(R"(TileShape<(\d+), (\d+), \d+, \d+>(, )?)");
  std::smatch found;
  if (!std::regex_search(kernel, found, tile)) return {kernel, "launched"};
  return {found.prefix().str() + found.suffix().str(), found[1].str() + "x" + found[2].str()};
}

void print_coverage(const char* device, Engine engine) {
  std::map<std::string, Variants> kernels;
  std::size_t launched = 0, of = 0;
  const std::map<std::string_view, std::uint64_t> all = launches(engine);
  for (const auto& [mangled, count] : all) {
    const std::string name =
        std::regex_replace(readable_symbol(mangled), std::regex("triptych::(cuda::)?"), "");
    const auto [kernel, variant] = variant_of(name);
    if (kernel == "peak_kernel") continue;  // measures the speed of a card, and has no result to test
    (count ? kernels[kernel].launched : kernels[kernel].never).push_back(variant);
    launched += count > 0, ++of;
  }
  for (auto& [kernel, variants] : kernels) {
    std::ranges::sort(variants.launched);
    if (variants.never.empty())
      fmt::print("coverage: ok {}: {}: {}\n", device, kernel, fmt::join(variants.launched, " "));
    else
      fmt::print("coverage: FAILED {}: {}: no test launches {}\n", device, kernel,
                 variants.never == std::vector<std::string>{"launched"}
                     ? "it"
                     : fmt::format("{}", fmt::join(variants.never, " ")));
  }
  fmt::print("coverage: {}: {} of {} kernels launched, each tile of a product counted\n", device, launched,
             of);
}

struct Coverage : doctest::IReporter {
  explicit Coverage(const doctest::ContextOptions&) {}
  void test_run_end(const doctest::TestRunStats&) override {
    if (!std::getenv("TRIPTYCH_COVERAGE")) return;
    for (const Backend* device : test::devices_under_test()) {
      if (device->name == "emulator") print_coverage("emulator", Engine::fibers);
      if (device->name == "ptx") print_coverage("ptx", Engine::ptx);
    }
  }
  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {}
  void test_case_start(const doctest::TestCaseData&) override {}
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void test_case_end(const doctest::CurrentTestCaseStats&) override {}
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void log_message(const doctest::MessageData&) override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}
};

REGISTER_LISTENER("coverage", 1, Coverage);

}  // namespace
}  // namespace triptych::emulator
