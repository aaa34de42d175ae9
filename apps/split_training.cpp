#include "apps/split_training.h"

#include <algorithm>
#include <chrono>

#include "apps/interrupt.h"
#include "apps/progress.h"
#include "engine/error.h"
#include "reid/em/labels_file.h"
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

void draw_maps(const SplitTraining& work, const Trainer& trainer, const EmRecord& record,
               const PatchLabels& labels) {
  const NetworkOptions& network = work.options.network;
  const Dataset& dataset = work.experiment.dataset;
  const MapsOnImages maps{work.experiment.images, trainer.training_samples(), labels, network.crop_height,
                          network.crop_width};
  const auto file = [&](const char* kind) {
    return work.folder.path(run_files::maps) / fmt::format("{}_round_{}.png", kind, record.round);
  };
  const std::string title = fmt::format("E step {}: similarity, and the patches kept", record.round);
  write_png(file("people"), map_sheet(title, maps, rows_to_draw(dataset, trainer.training_samples(), 8)));
  write_png(file("cameras"), camera_sheet("average", maps, dataset));
}

TrainingObserver observer_of(const SplitTraining& work, Trainer& trainer, Progress& progress) {
  TrainingObserver observer;
  const Index epochs = work.options.training.epochs, every = std::max<Index>(1, epochs / 20);
  const auto last_step = [&trainer](Index step) { return (step + 1) % trainer.steps_per_epoch() == 0; };
  observer.on_step = [&work, &progress, epochs, every, last_step](const StepRecord& record) {
    work.folder.log(record);
    if (last_step(record.step) && ((record.epoch + 1) % every == 0 || record.epoch + 1 == epochs))
      progress.print(step_line(record, epochs));
    progress.update(record.step + 1);
  };
  observer.on_epoch = [&](const EpochRecord& record) { work.folder.add(record, trainer.steps_done()); };
  observer.on_em = [&](const EmRecord& record, const PatchLabels& labels) {
    work.folder.add(record, trainer.steps_done());
    draw_maps(work, trainer, record, labels);
    save_labels(work.folder.path(run_files::maps) / fmt::format("round_{}.safetensors", record.round), labels,
                trainer.training_samples(), work.device);
    progress.print(
        fmt::format("E step {} before epoch {}: {:.1f}% of the patch labels changed, {:.1f}% kept{}",
                    record.round, record.epoch + 1, 100 * record.changed, 100 * record.kept,
                    record.rank1 ? fmt::format(", validation rank 1 {:.1f}%", *record.rank1) : "") +
        (record.pairs
             ? fmt::format(", {} pairs, {:.1f}% of them right", *record.pairs, 100 * record.right.value_or(0))
             : ""));
  };
  observer.on_validation = [&](const ValidationRecord& record) {
    work.folder.add(record, trainer.steps_done());
    progress.print(fmt::format("validation after {} epochs: rank 1 {:.1f}%, rank 5 {:.1f}%, mAP {:.1f}%",
                               record.epoch, record.rank1, record.rank5, record.map));
  };
  observer.on_warning = [&](const std::string& warning) {
    work.folder.add(warning, trainer.steps_done());
    progress.print("warning: " + warning);
  };
  observer.on_checkpoint = [&] { trainer.save(work.folder.path(run_files::checkpoint)); };
  observer.stop = &interrupt_flag();
  return observer;
}

void run(const SplitTraining& work, Trainer& trainer) {
  const auto checkpoint = work.folder.path(run_files::checkpoint);
  if (work.folder.has(run_files::checkpoint)) {
    trainer.resume(checkpoint);
    fmt::print("resumes after step {} of {}\n", trainer.steps_done(), trainer.total_steps());
  }
  work.on_start();
  work.folder.open(trainer.steps_done());
  Progress progress("training", trainer.total_steps(), trainer.steps_done());
  const bool complete = trainer.run(observer_of(work, trainer, progress));
  if (!complete || !work.folder.has(run_files::checkpoint)) trainer.save(checkpoint);
  if (!complete)
    throw Interrupted(
        fmt::format("stopped after step {} of {}; all is saved in {}. The same command with --resume goes on",
                    trainer.steps_done(), trainer.total_steps(), checkpoint.string()));
}

SplitResult test(const SplitTraining& work, const Model& model, const TestPlan& plan) {
  const Model untrained = make_model(work.device, work.options, model.normalisation);
  SplitResult result =
      split_result(work.split, work.experiment.dataset, plan, evaluate(model, work.experiment, plan));
  result.untrained = mean_of_draws(evaluate(untrained, work.experiment, plan));
  result.pixels =
      mean_of_draws(evaluate_raw_pixels(work.device, work.options.network, work.experiment, plan));
  write_png(work.folder.path(run_files::ranks),
            ranked_sheet(
                "queries, nearest gallery images: best and worst",
                best_and_worst(model, work.experiment.dataset, work.experiment.images, plan.draws.front())));
  return result;
}

}  // namespace

Split train_and_validation(std::span<const Index> identities, const TrainingOptions& options) {
  const Index most = static_cast<Index>(identities.size()) / 3;
  return hold_out(identities, std::min(options.validation, most), options.seed);
}

SplitResult train_split(const SplitTraining& work) {
  const auto start = std::chrono::steady_clock::now();
  const Split identities = train_and_validation(work.split.identities.train, work.options.training);
  const TestPlan plan = test_plan(work.choice, work.experiment.dataset, work.split.identities.test);
  fmt::print("split {}: {} people train, {} validate, {} test; protocol {}\n", work.split.number,
             identities.train.size(), identities.test.size(), work.split.identities.test.size(), plan.name);
  Trainer trainer(work.device, work.options,
                  {work.experiment.dataset, work.experiment.images, identities.train, identities.test},
                  work.anomalies);
  run(work, trainer);
  save_model(work.folder.path(run_files::model), trainer.model());

  SplitResult result = test(work, trainer.model(), plan);
  result.em = work.folder.em();
  result.validation = work.folder.validation();
  result.seconds = work.folder.logged_seconds() +
                   std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace triptych
