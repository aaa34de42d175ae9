#pragma once
#include <optional>
#include <string>

#include "engine/device.h"
#include "reid/experiment/data.h"
#include "reid/experiment/inputs.h"
#include "reid/report/results.h"

namespace triptych {

Machine machine_of(const Device& device);

// A training and its test: everything that decides the result. Device and data outlive the job.
struct Job {
  Device device;
  const ExperimentData& data;  // at the network's image size
  Options options;
  NumberedSplit split;
  TestPlan test;
  std::string start_key =
      {};                  // what options.training.start was computed from; empty: the digest of that file
  bool anomalies = false;  // stop at the first op that makes a NaN; changes no result
  bool baselines = false;  // test the untrained network and the raw pixels, too
};

// The job on a split of the data, tested on the split's test identities.
Job make_job(const Device& device, const ExperimentData& data, const DataChoice& choice,
             const Options& options, const NumberedSplit& split);

NetworkInputs network_inputs(const Job& job);
// The same without the images: a key can be had before they are decoded.
NetworkInputs network_inputs(const Machine& machine, const DataDigests& digests, const Options& options,
                             const Split& split, const std::string& start_key);
// "file " and the SHA-256 of a model file's bytes.
std::string key_of_file(const std::string& model);

// job.json of a run's folder: what was asked for, so that the run can be resumed, shown and verified.
struct JobRecord {
  DataChoice data;
  Options options;
  int split = 1;
  std::string key;
  Inputs inputs;  // key == key_of(inputs)
};
std::string to_json(const JobRecord& record);
JobRecord job_record_from_json(const std::string& text, const std::string& origin);

// Which program computed something; only a program knows that of itself.
struct Program {
  std::string command, commit, build_flags;
};
// Where results come from: enough to compute them again.
Provenance provenance(const Device& device, const DataChoice& choice, const ExperimentData& data,
                      const std::string& protocol, const Options& options, const Program& program);

}  // namespace triptych
