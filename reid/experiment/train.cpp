#include "reid/experiment/train.h"

#include <algorithm>
#include <chrono>
#include <functional>

#include "engine/error.h"
#include "engine/file.h"
#include "engine/ranks.h"
#include "reid/em/labels_file.h"
#include "reid/experiment/config_text.h"
#include "reid/experiment/leak.h"
#include "reid/report/maps.h"
#include "reid/report/sheet.h"

namespace triptych {
namespace {

std::string step_line(const StepRecord& record, Index epochs) {
  std::string parts;
  for (const auto& [name, value] : record.parts)
    parts += fmt::format("{}{} {:.3f}", parts.empty() ? "" : ", ", name, value);
  return fmt::format("epoch {:>4} of {}  loss {:.4f} ({})  d+ {:.3f}  d- {:.3f}  active {:.0f}%  norm {:.2f}",
                     record.epoch + 1, epochs, record.loss, parts, record.mean_positive, record.mean_negative,
                     100 * record.active, record.embedding_norm);
}

// What training and testing into a folder works on.
struct Run {
  const Job& job;
  RunFolder& folder;
  const Watcher& watcher;
};

void draw_maps(const Run& run, const Trainer& trainer, const EmRecord& record, const PatchLabels& labels) {
  const NetworkOptions& network = run.job.options.network;
  const Dataset& dataset = run.job.data.dataset;
  const MapsOnImages maps{run.job.data.images, trainer.training_samples(), labels, network.crop_height,
                          network.crop_width};
  const auto file = [&](const char* kind) {
    return run.folder.path(run_files::maps) / fmt::format("{}_round_{}.png", kind, record.round);
  };
  const std::string title = fmt::format("E step {}: similarity, and the patches kept", record.round);
  write_png(file("people"), map_sheet(title, maps, rows_to_draw(dataset, trainer.training_samples(), 8)));
  write_png(file("cameras"), camera_sheet("average", maps, dataset));
}

std::string em_line(const EmRecord& record) {
  std::string line =
      fmt::format("E step {} before epoch {}: {:.1f}% of the patch labels changed, {:.1f}% kept",
                  record.round, record.epoch + 1, 100 * record.changed, 100 * record.kept);
  if (record.rank1) line += fmt::format(", validation rank 1 {:.1f}%", *record.rank1);
  if (record.pairs)
    line += fmt::format(", {} pairs, {:.1f}% of them right", *record.pairs, 100 * record.right.value_or(0));
  return line;
}

// What is printed of a training, whether or not it is written to a folder.
TrainingObserver printing_observer(const Job& job, const Trainer& trainer, const Watcher& watcher) {
  TrainingObserver observer;
  const Index epochs = job.options.training.epochs, every = std::max<Index>(1, epochs / 20);
  observer.on_step = [&, epochs, every](const StepRecord& record) {
    const bool last = (record.step + 1) % trainer.steps_per_epoch() == 0;
    if (last && ((record.epoch + 1) % every == 0 || record.epoch + 1 == epochs))
      watcher.say(step_line(record, epochs));
    watcher.progress("training", record.step + 1, trainer.total_steps());
  };
  observer.on_em = [&](const EmRecord& record, const PatchLabels&) { watcher.say(em_line(record)); };
  observer.on_validation = [&](const ValidationRecord& record) {
    watcher.say(fmt::format("validation after {} epochs: rank 1 {:.1f}%, rank 5 {:.1f}%, mAP {:.1f}%",
                            record.epoch, record.rank1, record.rank5, record.map));
  };
  observer.on_warning = [&](const std::string& warning) { watcher.say("warning: " + warning); };
  observer.on_progress = watcher.on_progress;
  observer.stop = watcher.stop;
  return observer;
}

// ... and everything goes into the folder before it is printed.
TrainingObserver recording_observer(const Run& run, Trainer& trainer) {
  const TrainingObserver print = printing_observer(run.job, trainer, run.watcher);
  TrainingObserver observer = print;
  observer.on_step = [&run, print](const StepRecord& record) {
    run.folder.log(record);
    print.on_step(record);
  };
  observer.on_epoch = [&](const EpochRecord& record) { run.folder.add(record, trainer.steps_done()); };
  observer.on_em = [&run, &trainer, print](const EmRecord& record, const PatchLabels& labels) {
    run.folder.add(record, trainer.steps_done());
    draw_maps(run, trainer, record, labels);
    save_labels(run.folder.path(run_files::maps) / fmt::format("round_{}.safetensors", record.round), labels,
                trainer.training_samples(), run.job.device);
    print.on_em(record, labels);
  };
  observer.on_validation = [&run, &trainer, print](const ValidationRecord& record) {
    run.folder.add(record, trainer.steps_done());
    print.on_validation(record);
  };
  observer.on_warning = [&run, &trainer, print](const std::string& warning) {
    run.folder.add(warning, trainer.steps_done());
    print.on_warning(warning);
  };
  observer.on_checkpoint = [&] { trainer.save(run.folder.path(run_files::checkpoint)); };
  return observer;
}

// Of several ranks the first one prints and writes; the others take part.
TrainingObserver silent_observer(const Watcher& watcher) {
  TrainingObserver observer;
  observer.on_validation = [](const ValidationRecord&) {};
  observer.stop = watcher.stop;
  return observer;
}

// Bytes that this rank received in each step, by kind: everything but what was embedded in between.
std::string bytes_of_a_step(const std::array<double, traffic_kinds>& bytes, Index steps) {
  std::string parts;
  for (const Traffic kind : {Traffic::statistics, Traffic::gradients, Traffic::features})
    parts += fmt::format("{}{:.0f} of {}", parts.empty() ? "" : ", ",
                         bytes[static_cast<std::size_t>(kind)] / static_cast<double>(steps),
                         traffic_names[static_cast<std::size_t>(kind)]);
  return parts;
}

TrainingData training_data(const Job& job) {
  const Split identities = train_and_validation(job.split.identities.train, job.options.training);
  return {job.data.dataset, job.data.images, identities.train, identities.test};
}

// Training may start from a model, but not from one that knows the people it will be tested on.
void require_fair_start(const Job& job) {
  const std::string& start = job.options.training.start;
  if (start.empty()) return;
  require_unknown(load_model(start, job.device), job.data, job.split.identities.test, start);
}

void train_in(const Run& run, Trainer& trainer) {
  const auto checkpoint = run.folder.path(run_files::checkpoint);
  const Device& device = run.job.device;
  const bool leading = leads(device);
  if (on_first_rank(device, run.folder.has(run_files::checkpoint))) {
    trainer.resume(checkpoint);
    run.watcher.say(fmt::format("resumes after step {} of {}", trainer.steps_done(), trainer.total_steps()));
  }
  const Index before = trainer.steps_done();
  if (leading) run.folder.open(before);
  run.watcher.progress("training", before, trainer.total_steps());
  const bool complete =
      trainer.run(leading ? recording_observer(run, trainer) : silent_observer(run.watcher));
  if (leading && (!complete || !run.folder.has(run_files::checkpoint))) trainer.save(checkpoint);
  // The first step on the device cpu, in which nothing is exchanged, is not counted.
  const Index counted = trainer.steps_done() - before - (trainer.split() ? 1 : 0);
  if (trainer.shares_batches() && counted > 0)
    run.watcher.say(fmt::format("bytes that a rank receives in a step: {}",
                                bytes_of_a_step(ranks_of(device)->received(), counted)));
  if (!complete)
    throw Interrupted(
        fmt::format("stopped after step {} of {}; all is saved in {}. The same command with --resume goes on",
                    trainer.steps_done(), trainer.total_steps(), checkpoint.string()));
}

SplitResult test(const Run& run, const Model& model) {
  const Job& job = run.job;
  job.device.shrink();  // the tensors of training steps are not needed any more
  SplitResult result =
      split_result(job.split, job.test, job.data.dataset, evaluate(model, job.data, job.test, run.watcher));
  if (leads(job.device))
    write_png(run.folder.path(run_files::ranks),
              ranked_sheet("queries, nearest gallery images: best and worst",
                           best_and_worst(job.data.dataset,
                                          images_of_search(job.test, job.test.draws.front(), job.data.dataset,
                                                           job.data.images),
                                          job.test.draws.front(), result.draws.front().result)));
  if (!job.baselines) return result;
  const Model untrained = make_model(job.device, job.options, model.normalisation);
  result.untrained_draws =
      evaluate(untrained, job.data, job.test, run.watcher, "testing the untrained network");
  result.untrained = mean_of_draws(result.untrained_draws);
  set_pixels(result, evaluate_raw_pixels(job.device, job.options.network, job.data, job.test, run.watcher));
  return result;
}

// A folder that holds a training goes on with that one and no other.
Inputs claim(const Run& run, const DataChoice& choice) {
  Inputs inputs = inputs_of(network_inputs(run.job));
  if (!leads(run.job.device)) return inputs;
  const std::string key = key_of(inputs);
  const auto file = run.folder.path(run_files::job);
  if (run.folder.has(run_files::job)) {
    const JobRecord before = job_record_from_json(read_file(file), file.string());
    require(before.key == key,
            "the training in {} cannot go on: it began with another input, {}; give what it began with, or "
            "another --out",
            file.parent_path().string(), first_difference(before.inputs, inputs));
  } else {
    if (run.watcher.on_start) run.watcher.on_start();
    write_file(run.folder.path(run_files::config),
               config_text(choice, run.job.options, machine_of(run.job.device)));
    write_file(file, to_json(JobRecord{choice, run.job.options, run.job.split.number, key, inputs}));
  }
  return inputs;
}

}  // namespace

bool on_first_rank(const Device& device, bool here) {
  const std::shared_ptr<Communicator> ranks = ranks_of(device);
  return ranks ? ranks->any(ranks->leads() && here) : here;
}

Model train(const Job& job, const Watcher& watcher) {
  require_fair_start(job);
  Trainer trainer(job.device, job.options, training_data(job), job.anomalies);
  if (!trainer.run(printing_observer(job, trainer, watcher)))
    throw Interrupted(
        fmt::format("stopped after step {} of {}", trainer.steps_done(), trainer.total_steps()));
  trainer.model().key = key_of(inputs_of(network_inputs(job)));
  return std::move(trainer.model());
}

SplitResult train_and_test(const Job& job, const DataChoice& choice, RunFolder& folder,
                           const Watcher& watcher) {
  const auto start = std::chrono::steady_clock::now();
  const Run run{job, folder, watcher};
  require_fair_start(job);
  const TrainingData data = training_data(job);
  watcher.say(fmt::format("split {}: {} people train, {} validate, {} test; protocol {}", job.split.number,
                          data.train.size(), data.validation.size(), job.split.identities.test.size(),
                          job.test.name));
  Trainer trainer(job.device, job.options, data, job.anomalies);
  const Inputs inputs = claim(run, choice);
  const std::string key = key_of(inputs);
  train_in(run, trainer);
  Model& model = trainer.model();
  model.key = key;
  if (leads(job.device)) save_model(folder.path(run_files::model), model);

  SplitResult result = test(run, model);
  result.key = key, result.inputs = inputs;
  result.em = folder.em(), result.validation = folder.validation();
  result.seconds = folder.logged_seconds() +
                   std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

namespace {

// The progress of one of several draws, as part of the whole.
OnProgress of_draw(const Watcher& watcher, const std::string& what, std::size_t draw, std::size_t draws) {
  return [&watcher, what, draw, draws](Index done, Index total) {
    watcher.progress(what, static_cast<Index>(draw) * total + done, static_cast<Index>(draws) * total);
  };
}

}  // namespace

std::vector<Evaluation> evaluate(const Model& model, const ExperimentData& data, const TestPlan& plan,
                                 const Watcher& watcher, const std::string& what) {
  std::vector<Evaluation> draws;
  const auto search = [&](const Protocol& protocol, bool both) {
    return evaluate_model(model, data.dataset, images_of_search(plan, protocol, data.dataset, data.images),
                          protocol, both, of_draw(watcher, what, draws.size(), plan.draws.size()));
  };
  for (const Protocol& protocol : plan.draws) {
    // With occluders the two directions are two searches: who asks is occluded, who is searched among is not.
    draws.push_back(search(protocol, plan.both_directions && plan.occlude == 0));
    if (plan.both_directions && plan.occlude > 0)
      draws.back().reverse = search(reversed(data.dataset, protocol), false).result;
  }
  return draws;
}

std::vector<Evaluation> evaluate_raw_pixels(const Device& device, const NetworkOptions& network,
                                            const ExperimentData& data, const TestPlan& plan,
                                            const Watcher& watcher) {
  std::vector<Evaluation> draws;
  const auto search = [&](const Protocol& protocol, bool both) {
    return evaluate_pixels(device, data.dataset, images_of_search(plan, protocol, data.dataset, data.images),
                           protocol, network, both,
                           of_draw(watcher, "comparing raw pixels", draws.size(), plan.draws.size()));
  };
  for (const Protocol& protocol : plan.draws) {
    draws.push_back(search(protocol, plan.both_directions && plan.occlude == 0));
    if (plan.both_directions && plan.occlude > 0)
      draws.back().reverse = search(reversed(data.dataset, protocol), false).result;
  }
  return draws;
}

SplitResult split_result(const NumberedSplit& split, const TestPlan& plan, const Dataset& dataset,
                         std::vector<Evaluation> draws) {
  SplitResult result;
  result.split = split.number;
  result.queries = draws.front().result.queries, result.gallery = draws.front().result.gallery_identities;
  result.gallery_images = draws.front().result.gallery;
  result.scores = mean_of_draws(draws);
  result.ranks = draws.front().result.first_rank;
  result.ranked = ranked_split(split.number, static_cast<Index>(split.identities.train.size()), dataset,
                               plan.draws, draws);
  result.draws = std::move(draws);
  return result;
}

void set_pixels(SplitResult& result, std::vector<Evaluation> draws) {
  result.pixels = mean_of_draws(draws);
  result.pixel_draws = std::move(draws);
}

}  // namespace triptych
