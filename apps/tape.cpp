// `triptych tape`: one training step, seen as the list of ops that it is.
#include <CLI/CLI.hpp>
#include <memory>

#include "apps/commands.h"
#include "apps/options.h"
#include "apps/step_through.h"
#include "engine/error.h"
#include "engine/file.h"
#include "engine/inspect.h"
#include "reid/report/page/page.h"
#include "reid/report/page/tape_section.h"
#include "reid/training/trainer.h"

namespace triptych {
namespace {

struct TapeRequest {
  Options options;
  DataChoice data;
  DeviceChoice device;
  std::string dot, html, config;
  bool step_through = false;
};

constexpr const char* legend =
    "\n"
    "#: the node, in the order of forward; backward goes from the last to the first. inputs: the nodes "
    "that it reads,\n"
    "- is a constant. An `input` in the midst is a value that was detached: gradients stop there. output: "
    "its shape;\n"
    "bytes: what that takes (what an op saves for backward is said in its source). gradient: whether "
    "backward comes\n"
    "through. Times are of this machine, this once.\n"
    "\n";

void print_tape(const Tape& tape, const ParameterList& names) {
  fmt::print("\n{}{}{}", tape_table(tape, names), legend, tape_profile(tape));
}

void write_dot(const std::string& file, const Tape& tape, const ParameterList& names) {
  const std::string graph = tape_graphviz(tape, names);
  if (file == "-") {
    fmt::print("{}", graph);
  } else {
    write_file(file, graph);
    fmt::print("the graph is in {}; `dot -Tsvg {} -o tape.svg` draws it\n", file, file);
  }
}

// The tape's section of the report, as a page of its own.
void write_html(const std::string& file, const Tape& tape, const ParameterList& names) {
  const Section section = tape_section(tape, names);
  write_file(file, page_html("The tape of a training step", {&section, 1}, "[]"));
  fmt::print("the tape of {} nodes is in {}: open it in a browser\n", tape.nodes().size(), file);
}

void tape_command(CLI::App& app, TapeRequest& request) {
  if (!request.config.empty()) read_config(app, request.config);
  require((!request.dot.empty()) + (!request.html.empty()) + request.step_through <= 1,
          "--dot and --html draw the whole tape and --step-through walks along it; ask for one of them");
  if (!request.html.empty()) require_output(request.html, "--html");
  check(request.options);
  std::FILE* say = request.dot == "-" ? stderr : stdout;  // what goes to `dot` is the graph alone
  Device device = open_device(request.device, say);
  Watcher watcher;
  watcher.on_line = [say](const std::string& line) { fmt::print(say, "{}", line); };
  const ExperimentData data =
      open_data(request.data, request.options.network, device.context().threads, watcher);
  const NumberedSplit split = chosen_splits(request.data, data.dataset).front();
  const Split identities = train_and_validation(split.identities.train, request.options.training);
  Trainer trainer(device, request.options, {data.dataset, data.images, identities.train, identities.test});
  const ParameterList names = trainer.model().network->parameters();
  if (request.step_through) {
    StepThrough walk(names);
    try {
      trainer.inspect_step([](const Tape&) {}, [&](Tape& tape) { walk.watch(tape); });
    } catch (const StepThrough::Ended&) {
    }
    return;
  }
  trainer.inspect_step([](const Tape&) {});  // the first step takes its memory from the system, and is slow
  trainer.inspect_step([&](const Tape& tape) {
    if (!request.dot.empty())
      write_dot(request.dot, tape, names);
    else if (!request.html.empty())
      write_html(request.html, tape, names);
    else
      print_tape(tape, names);
  });
}

}  // namespace

void add_tape(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("tape", "show the tape of one training step: every op, forward and back");
  const auto request = std::make_shared<TapeRequest>();
  request->data.data = "synthetic:24";
  request->options.training.identities = 4;  // what is to be looked at may be small
  add_data_options(*command, request->data);
  add_device_options(*command, request->device);
  command->add_option("--dot", request->dot,
                      "write the graph for Graphviz to this file, or - for the terminal");
  command->add_option("--html", request->html,
                      "write the step as an interactive graph, one page for a browser, to this file");
  command->add_flag(
      "--step-through", request->step_through,
      "node by node, with formulas and statistics; on a terminal Enter shows the next, a number runs to "
      "that node, q ends");
  command->add_option("--config", request->config, "read options from a file, like the config.toml of a run")
      ->configurable(false);
  add_options(*command, request->options);
  command->footer(
      "Examples:\n"
      "  triptych tape\n"
      "  triptych tape --html tape.html\n"
      "  triptych tape --step-through --rnn none --channels 8 --patch-weight 0\n"
      "  triptych tape --dot - | dot -Tsvg -o tape.svg");
  command->callback([command, request] { tape_command(*command, *request); });
}

}  // namespace triptych
