// `triptych machines`: what a training step costs on several machines, from its measured times and bytes and
// a model of the network between them.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <bit>
#include <memory>

#include "apps/commands.h"
#include "apps/options.h"
#include "engine/error.h"
#include "reid/training/trainer.h"

namespace triptych {
namespace {

struct MachinesRequest {
  Options options;
  DataChoice data;
  DeviceChoice device;
  std::vector<double> bandwidths = {1, 10, 100};  // Gbit/s
  double latency = 20;                            // microseconds
  Index most = 64;
  std::string config;
};

// One step, computed here.
struct Step {
  Index images = 0, parameters = 0;
  double shared = 0,
         whole = 0;  // seconds: of what ranks share by images, of what each does for the whole batch
  StepBytes bytes;
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// The nodes before whole_batch belong to single images; the parameters among them cost nothing.
double seconds_of(const Tape& tape, bool shared) {
  bool before = true;
  double seconds = 0;
  for (const Tape::Node& node : tape.nodes()) {
    if (node.op == "whole_batch") before = false;
    if (before == shared) seconds += node.forward_seconds + node.backward_seconds;
  }
  return seconds;
}

// A rank of `ranks` receives what it has not computed itself; of the partial sums of gradients only its share
// of the elements.
double received(const StepBytes& bytes, double ranks) {
  const double others = 1 - 1 / ranks;
  return (bytes.statistics + bytes.gradients / ranks + bytes.gradient_sums + bytes.features) * others;
}

// An exchange among n machines takes the time of its bytes, and log2 n messages one after another.
double network_seconds(const StepBytes& bytes, Index ranks, double gigabits, double latency) {
  if (ranks == 1) return 0;
  const double rounds = std::bit_width(static_cast<std::uint64_t>(ranks - 1));
  return received(bytes, static_cast<double>(ranks)) * 8 / (gigabits * 1e9) +
         static_cast<double>(bytes.exchanges) * rounds * latency * 1e-6;
}

void print_bytes(const Step& step) {
  const StepBytes& b = step.bytes;
  fmt::print("\na step of {} images, {} parameters: {:.0f} ms by images, {:.0f} ms for the whole batch\n",
             step.images, step.parameters, 1e3 * step.shared, 1e3 * step.whole);
  fmt::print("bytes of a step, all ranks together, in {} exchanges:\n", b.exchanges);
  fmt::print("  batch statistics        {:>12.0f}  partial sums, which all receive\n", b.statistics);
  fmt::print("  gradients               {:>12.0f}  partial sums, of which each receives its share\n",
             b.gradients);
  fmt::print("  sums of gradients       {:>12.0f}  which all receive\n", b.gradient_sums);
  fmt::print("  feature maps            {:>12.0f}  which all receive\n", b.features);
  fmt::print("  (all gradients together {:>12.0f}: what is sent where sums may be in any order)\n\n",
             static_cast<double>(step.parameters) * sizeof(Real));
}

void print_model(const Step& step, const BatchSplit& split, const MachinesRequest& request) {
  std::string head =
      fmt::format("{:>8} {:>7} {:>11} {:>12}", "machines", "images", "compute ms", "MB received");
  for (const double gigabits : request.bandwidths)
    head += fmt::format(" {:>18}", fmt::format("{:g} Gbit/s", gigabits));
  fmt::print("{}\n", head);
  const double alone = step.shared + step.whole;
  for (Index ranks = 1; ranks <= request.most; ranks *= 2) {
    const Index images = split.most_images(ranks);
    const double compute =
        step.whole + step.shared * static_cast<double>(images) / static_cast<double>(step.images);
    std::string line = fmt::format("{:>8} {:>7} {:>11.1f} {:>12.2f}", ranks, images, 1e3 * compute,
                                   ranks == 1 ? 0 : received(step.bytes, static_cast<double>(ranks)) / 1e6);
    for (const double gigabits : request.bandwidths) {
      const double all = compute + network_seconds(step.bytes, ranks, gigabits, request.latency);
      line += fmt::format(" {:>18}", fmt::format("{:.1f} ms, {:.1f}x", 1e3 * all, alone / all));
    }
    fmt::print("{}\n", line);
  }
}

void machines_command(CLI::App& app, MachinesRequest& request) {
  if (!request.config.empty()) read_config(app, request.config);
  check(request.options);
  require(std::ranges::all_of(request.bandwidths, [](double b) { return b > 0; }) && request.latency >= 0,
          "--bandwidth takes numbers above 0, in Gbit/s, and --latency one of 0 or more, in microseconds");
  require(request.device.device == "cpu", "machines share a training on the device cpu, not on {}",
          request.device.device);
  Device device = open_device(request.device);
  const ExperimentData data = open_data(request.data, request.options.network, device.context().threads, {});
  const NumberedSplit split = chosen_splits(request.data, data.dataset).front();
  const Split identities = train_and_validation(split.identities.train, request.options.training);
  Trainer trainer(device, request.options, {data.dataset, data.images, identities.train, identities.test});
  constexpr int rounds = 4;  // the first takes its memory from the system, and is slow
  std::vector<double> shared, whole;
  for (int round = 0; round < rounds; ++round)
    trainer.plan_step([&](const Tape& tape, const BatchSplit& plan) {
      if (round == 0) return;
      shared.push_back(seconds_of(tape, true)), whole.push_back(seconds_of(tape, false));
      if (round + 1 < rounds) return;
      const Step step{plan.images(), count_elements(trainer.model().network->parameters()), median(shared),
                      median(whole), plan.bytes()};
      print_bytes(step);
      print_model(step, plan, request);
    });
}

}  // namespace

void add_machines(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "machines",
      "what a training step would cost on several machines: its bytes, and a model of the network");
  const auto request = std::make_shared<MachinesRequest>();
  request->data.data =
      "synthetic:146";  // as many as fill the default batch: 73 train, 25 of them for validation
  add_data_options(*command, request->data);
  add_device_options(*command, request->device);
  command->add_option("--bandwidth", request->bandwidths, "of each machine's network, in Gbit/s")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--latency", request->latency, "of a message, in microseconds")->capture_default_str();
  command->add_option("--most", request->most, "so many machines at most; rows are powers of two")
      ->check(CLI::Range(1, 65536))
      ->capture_default_str();
  command->add_option("--config", request->config, "read options from a file, like the config.toml of a run")
      ->configurable(false);
  add_options(*command, request->options);
  command->footer(
      "Examples:\n"
      "  triptych machines\n"
      "  triptych machines --bandwidth 1,25 --latency 5 --people 96 --data synthetic:250\n"
      "Training on several machines: mpirun -n 4 triptych train ... ends in the same bits as one process.");
  command->callback([command, request] { machines_command(*command, *request); });
}

}  // namespace triptych
