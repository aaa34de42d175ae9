#include <CLI/CLI.hpp>
#include <memory>

#include "apps/commands.h"
#include "engine/error.h"
#include "reid/report/ranked_run.h"
#include "reid/report/table.h"

namespace triptych {
namespace {

struct CompareRequest {
  std::string ours, theirs;
  int simulate = 0;
};

void compare_command(const CompareRequest& request) {
  require(request.simulate > 0 || !request.theirs.empty(),
          "compare needs two runs, each the folder of a run or a row of a table as TABLE.json:SLUG");
  if (!request.theirs.empty())
    fmt::print("{}",
               comparison_table(compare_runs(read_ranked_run(request.ours), read_ranked_run(request.theirs)),
                                request.ours, request.theirs));
  if (request.simulate > 0)
    fmt::print("{}", false_alarms_sentence(simulate_equal_methods(request.simulate, 1)));
}

}  // namespace

void add_compare(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("compare", "is one run better than another? gains, their errors and a paired test");
  const auto request = std::make_shared<CompareRequest>();
  command->add_option("ours", request->ours,
                      "folder of a run of train or evaluate, or a row of a table: FOLDER:SLUG or FILE:SLUG");
  command->add_option("theirs", request->theirs, "the run that it is compared with");
  command
      ->add_option("--simulate", request->simulate,
                   "so many pairs of equal methods: how often each test calls them different")
      ->check(CLI::Range(1, 1000000));
  command->footer(
      "Example:\n"
      "  triptych compare runs/first runs/second\n"
      "  triptych compare runs/table1:lomo-xqda runs/table1:kissme\n"
      "  triptych compare --simulate 4000");
  command->callback([request] { compare_command(*request); });
}

}  // namespace triptych
