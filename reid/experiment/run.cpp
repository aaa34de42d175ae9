#include "reid/experiment/run.h"

#include "engine/error.h"
#include "engine/file.h"
#include "engine/ranks.h"
#include "reid/experiment/config_text.h"

namespace triptych {
namespace {

// One split of several has a folder of its own, with results of its own, so that a run can go on after any of
// them.
SplitResult one_of_several(const Job& work, const RunJob& job, const Watcher& watcher,
                           const Provenance& from) {
  RunFolder folder(job.folder / fmt::format("split_{}", work.split.number));
  if (on_first_rank(job.device, folder.has(run_files::results))) {
    const auto file = folder.path(run_files::job);
    const JobRecord before = job_record_from_json(read_file(file), file.string());
    const Inputs inputs = inputs_of(network_inputs(work));
    require(before.inputs == inputs,
            "the results in {} are of another input, {}; give what they began with, or another --out",
            file.parent_path().string(), first_difference(before.inputs, inputs));
    watcher.say(fmt::format("split {} is complete", work.split.number));
    return read_results(folder.path(run_files::results)).front();
  }
  const SplitResult result = train_and_test(work, job.choice, folder, watcher);
  Provenance own = from;
  own.seconds = result.seconds;
  if (leads(job.device)) write_file(folder.path(run_files::results), results_json(own, {result}));
  if (on_first_rank(job.device, watcher.stopped()))
    throw Interrupted(
        fmt::format("stopped after split {}; the same command with --resume goes on", result.split));
  return result;
}

}  // namespace

std::vector<SplitResult> run(const RunJob& job, const Watcher& watcher) {
  check(job.options);
  const ExperimentData data =
      open_data(job.choice, job.options.network, job.device.context().threads, watcher);
  const std::vector<NumberedSplit> splits = chosen_splits(job.choice, data.dataset);
  Provenance from = provenance(job.device, job.choice, data,
                               test_plan(job.choice, data.dataset, splits.front().identities.test).name,
                               job.options, job.program);
  const FolderLock lock = leads(job.device) ? lock_folder(job.folder) : FolderLock();
  Watcher watching = watcher;
  watching.on_start = [&] {
    if (splits.size() > 1)  // called where the first file is written, by the rank that leads
      write_file(job.folder / run_files::config,
                 config_text(job.choice, job.options, machine_of(job.device)));
    if (watcher.on_start) watcher.on_start();
  };
  std::vector<SplitResult> results;
  for (const NumberedSplit& split : splits) {
    Job work = make_job(job.device, data, job.choice, job.options, split);
    work.anomalies = job.anomalies, work.baselines = job.baselines;
    if (splits.size() > 1) {
      results.push_back(one_of_several(work, job, watching, from));
    } else {
      RunFolder folder(job.folder);
      results.push_back(train_and_test(work, job.choice, folder, watching));
    }
    from.seconds += results.back().seconds;
  }
  if (leads(job.device)) write_file(job.folder / run_files::results, results_json(from, results));
  return results;
}

}  // namespace triptych
