#include "apps/gradcheck.h"

#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>

#include "engine/error.h"
#include "engine/file.h"
#include "engine/gradient_check.h"
#include "engine/json.h"
#include "engine/op_examples.h"
#include "engine/wrong_ops.h"

namespace triptych {
namespace {

constexpr double tolerance = 1e-6;

struct GradcheckOptions {
  std::string op, json, broken;
  std::uint64_t seed = 1;
};

// The arguments this program was started with, read back from the system: they go to the other program
// unchanged.
[[maybe_unused]] std::vector<std::string> command_line() {
  std::ifstream stream("/proc/self/cmdline", std::ios::binary);
  std::vector<std::string> words;
  for (std::string word; std::getline(stream, word, '\0');) words.push_back(word);
  return words;
}

// Differences of a float function are too coarse to judge a gradient by: the double-precision program does
// it. Returns only by throwing.
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

const char* verdict(bool good) {
  return good ? "ok" : "FAILED";
}

std::string remark(const CheckedElement& element) {
  if (element.kink) return "  a kink: not judged";
  if (element.error <= tolerance) return "";
  if (std::abs(element.added - element.backward) <= tolerance) return "  wrong";
  return fmt::format("  wrong: adds {:.6f} to what is there", element.added);
}

// The elements around the worst one, in their order, so that a pattern shows: only where x < 0? only in the
// last row?
void print_elements(const GradientCheck& check) {
  constexpr std::ptrdiff_t most = 12;
  if (check.worst_at < 0) return;
  const std::string& subject = check.elements[static_cast<std::size_t>(check.worst_at)].subject;
  const auto of_subject = [&](const CheckedElement& element) { return element.subject == subject; };
  const auto first = std::ranges::find_if(check.elements, of_subject);
  const auto end = std::find_if_not(first, check.elements.end(), of_subject);
  const auto worst = check.elements.begin() + check.worst_at;
  const auto start = std::max(first, std::min(worst - most / 2, end - std::min(most, end - first)));
  fmt::print("\n{} element {:<14} {:>12} {:>15} {:>17}\n", "   ", "of " + subject, "x", "backward says",
             "differences say");
  for (auto at = start; at != end && at - start < most; ++at)
    fmt::print("{} {:<22} {:>12.6f} {:>15.6f} {:>17.6f}{}\n", at == worst ? "-->" : "   ",
               fmt::format("[{}]", fmt::join(at->index, ", ")), at->value, at->backward, at->differences,
               remark(*at));
}

void print_meaning() {
  fmt::print(
      "\n"
      "How to read this. f(x) = sum(g * op(x)) with a random g is one number. `backward says` what the "
      "op's backward\n"
      "takes for df/dx of one element x of one input; `differences say` what happens to f when that "
      "element really\n"
      "moves: (f(x + h) - f(x - h)) / 2h, h = 1e-4. Each line `worst at` names the element where the two "
      "are furthest\n"
      "apart; `error` is how far, relative to the gradient and beyond what rounding explains; {:.0e} or "
      "less passes.\n"
      "skipped: elements at a kink (a maximum that changes hands), where there is no gradient.\n",
      tolerance);
}

nlohmann::json record_of(const OpExample& example, const GradientCheck& check) {
  return {{"op", example.name},
          {"formula", example.formula},
          {"error", check.relative_error},
          {"checked", check.checked},
          {"skipped", check.skipped},
          {"worst", check.worst},
          {"passed", check.passed(tolerance)}};
}

void print_line(const OpExample& example, const GradientCheck& check) {
  fmt::print("{:<46} {:>9} {:>8} {:>8}  {:<6}  {}\n", example.name, error_text(check.relative_error),
             check.checked, check.skipped, verdict(check.passed(tolerance)), example.formula);
  fmt::print("    {}\n", check.worst.empty() ? "every element lies at a kink: there is nothing to compare"
                                             : "worst at " + check.worst);
}

void print_heading() {
  fmt::print("{:<46} {:>9} {:>8} {:>8}  {:<6}  {}\n", "op", "error", "checked", "skipped", "",
             "what it computes");
}

int check_all(const GradcheckOptions& options) {
  const std::vector<OpExample> examples = chosen_examples(options);
  nlohmann::json records = nlohmann::json::array();
  int passed = 0, failed = 0;
  print_heading();
  for (const OpExample& example : examples) {
    const GradientCheck check =
        check_gradients(example.function, example.inputs, {}, Random(options.seed).split(1));
    ++(check.passed(tolerance) ? passed : failed);
    print_line(example, check);
    if (!options.op.empty()) print_elements(check);
    records.push_back(record_of(example, check));
  }
  print_meaning();
  fmt::print("\n{} passed, {} failed\n", passed, failed);
  if (!options.json.empty())
    write_file(options.json, json_dump(nlohmann::json{{"seed", options.seed},
                                                      {"tolerance", tolerance},
                                                      {"ops", records},
                                                      {"passed", passed},
                                                      {"failed", failed}},
                                       2) +
                                 "\n");
  return failed;
}

// ---- --break ----------------------------------------------------------------------------------------------

std::string breakable(const std::vector<WrongOp>& wrong) {
  std::string text;
  for (const WrongOp& op : wrong) text += (text.empty() ? "" : ", ") + op.op;
  return text;
}

// Shows the op as it is and with its planted mistake. It is an error when the check does not see the
// difference.
void show_broken(const WrongOp& wrong, const Random& random) {
  const GradientCheck right = check_gradients(wrong.right.function, wrong.right.inputs, {}, random);
  const GradientCheck broken = check_gradients(wrong.function, wrong.right.inputs, {}, random);
  OpExample named = wrong.right;
  fmt::print("\nPlanted in the backward of {}: it {}.\nForward is untouched.\n\n", wrong.op, wrong.mistake);
  print_heading();
  print_line(named, right);
  named.name += ", broken";
  print_line(named, broken);
  print_elements(broken);
  require(!broken.passed(tolerance), "the gradient check did not find the mistake that was planted in {}",
          wrong.op);
}

void show_broken(const GradcheckOptions& options) {
  require(options.op.empty() && options.json.empty(),
          "--break shows one op with a planted mistake; leave out --op and --json");
  const std::vector<WrongOp> all = wrong_ops(Device::open("reference"), Random(options.seed));
  int shown = 0;
  for (const WrongOp& wrong : all) {
    if (options.broken != "all" && options.broken != wrong.op) continue;
    show_broken(wrong, Random(options.seed).split(1));
    ++shown;
  }
  require(shown > 0, "no mistake is prepared for an op '{}'; --break takes one of: {}, or all",
          options.broken, breakable(all));
  print_meaning();
  fmt::print("\nThe check has found {}.\n", shown == 1 ? "it" : fmt::format("all {}", shown));
}

}  // namespace

void add_gradcheck(CLI::App& program) {
  auto options = std::make_shared<GradcheckOptions>();
  CLI::App* command = program.add_subcommand(
      "gradcheck", "compare the backward of every op with differences of its forward, in double precision");
  command->add_option("--op", options->op, "only this op, e.g. convolution2d");
  command->add_option("--seed", options->seed, "of the inputs and of the cotangent")->capture_default_str();
  command->add_option(
      "--break", options->broken,
      "show how a wrong gradient looks: of relu, matmul, ... with a mistake planted in its backward, "
      "or of all; the status is 0 when the check finds it");
  command->add_option("--json", options->json, "write the results to this file too");
  command->footer("Examples:\n  triptych gradcheck --op lstm\n  triptych gradcheck --break relu");
  command->callback([options] {
    if constexpr (sizeof(Real) < 8) run_double_program();
    if (!options->broken.empty()) return show_broken(*options);
    const int failed = check_all(*options);
    require(failed == 0, "the gradients of {} {} are wrong", failed, failed == 1 ? "op" : "ops");
  });
}

}  // namespace triptych
