#include "apps/gradcheck.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "engine/error.h"
#include "engine/file.h"
#include "engine/gradient_check.h"
#include "engine/op_examples.h"

namespace triptych {
namespace {

constexpr double tolerance = 1e-6;

struct GradcheckOptions {
  std::string op, json;
  std::uint64_t seed = 1;
};

// The arguments this program was started with, read back from the system: they go to the other program unchanged.
[[maybe_unused]] std::vector<std::string> command_line() {
  std::ifstream stream("/proc/self/cmdline", std::ios::binary);
  std::vector<std::string> words;
  for (std::string word; std::getline(stream, word, '\0');) words.push_back(word);
  return words;
}

// Differences of a float function are too coarse to judge a gradient by: the double-precision program does it. Returns
// only by throwing.
[[maybe_unused]] [[noreturn]] void run_double_program() {
  std::error_code code;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", code);
  const std::filesystem::path other = self.parent_path() / "triptych-double";
  require(!code && std::filesystem::exists(other),
          "gradcheck runs in double precision, in a program of its own that is not there: {}; build it with "
          "`make`",
          other.string());
  std::vector<std::string> words = command_line();
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  fmt::print(stderr, "gradcheck runs in double precision: {}\n", other.string());
  ::execv(other.c_str(), arguments.data());
  fail("{} could not be started: {}", other.string(), std::strerror(errno));
}

std::vector<OpExample> chosen_examples(const GradcheckOptions& options) {
  std::vector<OpExample> chosen;
  std::string names;
  for (OpExample& example : op_examples(Device::open("reference"), Random(options.seed))) {
    if (names.find(" " + example.op() + ",") == std::string::npos) names += " " + example.op() + ",";
    if (options.op.empty() || options.op == example.op() || options.op == example.name)
      chosen.push_back(std::move(example));
  }
  if (!names.empty()) names.pop_back();
  require(!chosen.empty(), "there is no op '{}'; --op takes one of:{}", options.op, names);
  return chosen;
}

// An error within rounding is no error; its digits would mean nothing.
std::string error_text(double error) {
  return error < 1e-12 ? "rounding" : fmt::format("{:.1e}", error);
}

int check_all(const GradcheckOptions& options) {
  const std::vector<OpExample> examples = chosen_examples(options);
  nlohmann::json records = nlohmann::json::array();
  int passed = 0, failed = 0;
  fmt::print("{:<46} {:>9} {:>8} {:>8}\n", "op", "error", "checked", "skipped");
  for (const OpExample& example : examples) {
    const GradientCheck check =
        check_gradients(example.function, example.inputs, {}, Random(options.seed).split(1));
    const bool good = check.passed(tolerance);
    ++(good ? passed : failed);
    fmt::print("{:<46} {:>9} {:>8} {:>8}  {}  {}\n", example.name, error_text(check.relative_error),
               check.checked, check.skipped, good ? "ok    " : "FAILED", example.formula);
    if (!good)
      fmt::print("    {}\n", check.worst.empty() ? "too few elements were away from kinks" : check.worst);
    records.push_back({{"op", example.name},
                       {"formula", example.formula},
                       {"error", check.relative_error},
                       {"checked", check.checked},
                       {"skipped", check.skipped},
                       {"worst", check.worst},
                       {"passed", good}});
  }
  fmt::print(
      "\nerror: how far backward and central differences are apart at the worst element, relative to the\n"
      "gradient and beyond what rounding explains; {:.0e} or less passes. skipped: elements at a kink (a "
      "maximum\n"
      "that changes hands), where there is no gradient.\n"
      "{} passed, {} failed\n",
      tolerance, passed, failed);
  if (!options.json.empty())
    write_file(options.json, nlohmann::json{{"seed", options.seed},
                                            {"tolerance", tolerance},
                                            {"ops", records},
                                            {"passed", passed},
                                            {"failed", failed}}
                                     .dump(2) +
                                 "\n");
  return failed;
}

}  // namespace

void add_gradcheck(CLI::App& program) {
  auto options = std::make_shared<GradcheckOptions>();
  CLI::App* command = program.add_subcommand(
      "gradcheck", "compare the backward of every op with differences of its forward, in double precision");
  command->add_option("--op", options->op, "only this op, e.g. convolution2d");
  command->add_option("--seed", options->seed, "of the inputs and of the cotangent")->capture_default_str();
  command->add_option("--json", options->json, "write the results to this file too");
  command->footer("Example: triptych gradcheck --op lstm");
  command->callback([options] {
    if constexpr (sizeof(Real) < 8) run_double_program();
    const int failed = check_all(*options);
    require(failed == 0, "the gradients of {} {} are wrong", failed, failed == 1 ? "op" : "ops");
  });
}

}  // namespace triptych
