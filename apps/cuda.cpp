#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "apps/commands.h"
#include "engine/error.h"
#include "engine/file.h"
#include "engine/json.h"
#include "kernels/laboratory/laboratory.h"

namespace triptych {
namespace {

using laboratory::Report;

struct CudaRequest {
  laboratory::Request what;
  std::string only, json;
  std::vector<std::string> limits;  // NAME=NUMBER
};

laboratory::Limit limit_of(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  const std::vector<std::string> names = laboratory::limit_names();
  const std::string number = equals == text.npos ? "" : text.substr(equals + 1);
  require(std::ranges::count(names, name) > 0 && !number.empty() && number.size() < 19 &&
              number.find_first_not_of("0123456789") == number.npos,
          "--at-most {} is no limit: it is NAME=NUMBER, and the names are {}", text, fmt::join(names, ", "));
  return {name, std::stoull(number)};
}

nlohmann::ordered_json mistake_json(const laboratory::Mistake& mistake) {
  const emulator::Finding& f = mistake.finding;
  return {{"kind", f.kind},   {"kernel", f.kernel}, {"line", f.place},        {"other_line", f.other},
          {"count", f.count}, {"what", f.what},     {"seen_by", mistake.seen}};
}

nlohmann::ordered_json line_json(const laboratory::LineCost& line, bool by_ptx) {
  const ptx::Counts& c = line.counts;
  nlohmann::ordered_json json{{"line", line.place}};
  if (by_ptx) {
    json["instructions"] = c.issued;
    json["thread_instructions"] = c.threads;
    json["multiply_adds"] = c.multiply_adds;
  }
  json["global_requests"] = c.requests;
  json["sectors"] = c.sectors;
  json["ideal_sectors"] = c.ideal_sectors;
  json["shared_requests"] = c.shared_requests;
  json["wavefronts"] = c.wavefronts;
  json["ideal_wavefronts"] = c.ideal_wavefronts;
  return json;
}

std::string json_of(const Report& report) {
  nlohmann::ordered_json json{{"file", report.path}, {"right", report.is_right()}, {"nvcc", report.nvcc}};
  json["exceeded"] = report.exceeded;
  for (const char* list : {"mistakes", "refusals", "remarks", "runs", "lines"})
    json[list] = nlohmann::ordered_json::array();
  for (const laboratory::Mistake& m : report.mistakes) json["mistakes"].push_back(mistake_json(m));
  for (const laboratory::Refusal& r : report.refusals)
    json["refusals"].push_back({{"line", r.place}, {"what", r.sentence}});
  for (const std::string& remark : report.remarks) json["remarks"].push_back(remark);
  for (const laboratory::Run& run : report.runs)
    json["runs"].push_back({{"tool", run.engine},
                            {"order", run.order},
                            {"status", run.status},
                            {"ending", run.ending},
                            {"output", run.output}});
  json["counted_by"] = report.counted_by_ptx ? "ptx" : "emulator";
  for (const laboratory::LineCost& line : report.lines)
    json["lines"].push_back(line_json(line, report.counted_by_ptx));
  return json_dump(json, 1, NotUtf8::replaced) + "\n";
}

void examine_file(CudaRequest request) {
  if (!request.json.empty()) require_output(request.json, "--json");
  for (const std::string& limit : request.limits) request.what.limits.push_back(limit_of(limit));
  if (request.only == "emulator") request.what.ptx = false;
  if (request.only == "ptx") {
    request.what.emulator = false;
    request.what.ptx_is_demanded = true;
  }
  Report report;
  try {
    report = laboratory::examine(request.what);
  } catch (const std::runtime_error& problem) {
    fail("{}", problem.what());
  }
  fmt::print("{}", laboratory::text_of(report));
  if (!request.json.empty()) write_file(request.json, json_of(report));
  if (!report.is_right()) fail("{}", laboratory::verdict_of(report));
}

}  // namespace

void add_cuda(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "cuda", "run a CUDA program of your own without a GPU, and report its mistakes and costs by line");
  const auto request = std::make_shared<CudaRequest>();
  command->add_option("file", request->what.path, "a source file with kernels, <<<...>>> and main")
      ->required();
  command->add_option("arguments", request->what.arguments, "arguments of the program's main, behind --")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_option("--only", request->only, "emulator: without nvcc's PTX; ptx: nvcc's PTX alone")
      ->check(CLI::IsMember({"emulator", "ptx"}));
  command->add_option("--json", request->json, "write everything that was found into this file, too");
  command
      ->add_option("--at-most", request->limits,
                   "a limit, NAME=NUMBER, that makes a slower program wrong: extra-wavefronts=0")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_option("--orders", request->what.orders, "orders of the emulator's threads to try")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_option("--seconds", request->what.seconds, "end a run of the program after this time")
      ->check(CLI::Range(0.1, 86400.0))
      ->capture_default_str();
  command->footer(
      "Example:\n"
      "  triptych cuda my_kernel.cu\n"
      "  triptych cuda my_kernel.cu --only emulator --json found.json\n"
      "The file is compiled with g++ (or $CXX) for the emulator and run in several orders of its threads;\n"
      "where nvcc is, its PTX is interpreted as well, which counts instructions. Reported by line: races,\n"
      "lost updates, divergent barriers, addresses out of bounds, reads of memory that was never written;\n"
      "sectors for each request of global memory, wavefronts for each of shared memory. The status is 0\n"
      "when nothing is wrong and 1 when something is; slow lines are remarks, and not wrong.");
  command->callback([request] { examine_file(*request); });
}

}  // namespace triptych
