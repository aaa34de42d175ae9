#include "reid/experiment/job.h"

#include "engine/file.h"
#include "engine/json.h"
#include "engine/sha256.h"
#include "kernels/kernels.h"
#include "reid/report/inputs_json.h"

namespace triptych {

Machine machine_of(const Device& device) {
  return {device.name(), device.kernels().description, device.gemm()};
}

Job make_job(const Device& device, const ExperimentData& data, const DataChoice& choice,
             const Options& options, const NumberedSplit& split) {
  return {device, data, options, split, test_plan(choice, data.dataset, split.identities.test)};
}

std::string key_of_file(const std::string& model) {
  const std::string bytes = read_file(model);
  return "file " + Sha256().add(bytes.data(), bytes.size()).hex();
}

NetworkInputs network_inputs(const Machine& machine, const DataDigests& digests, const Options& options,
                             const Split& split, const std::string& start_key) {
  const Split identities = train_and_validation(split.train, options.training);
  NetworkInputs in;
  in.images = digests.images, in.labels = digests.labels;
  in.training_identities = identities.train, in.validation_identities = identities.test;
  in.options = options;
  in.options.training.start.clear();
  in.start = start_key;
  in.device = machine.device, in.instruction_set = machine.instruction_set, in.gemm = machine.gemm;
  return in;
}

NetworkInputs network_inputs(const Job& job) {
  const std::string& start = job.options.training.start;
  const bool hash_file = job.start_key.empty() && !start.empty();
  return network_inputs(machine_of(job.device), job.data.digests, job.options, job.split.identities,
                        hash_file ? key_of_file(start) : job.start_key);
}

std::string to_json(const JobRecord& record) {
  using Json = nlohmann::ordered_json;
  const Json json = {{"key", record.key},
                     {"split", record.split},
                     {"data", parse_json<Json>(to_json(record.data), "data")},
                     {"options", parse_json<Json>(to_json(record.options), "options")},
                     {"inputs", report::to_json(record.inputs)}};
  return json_dump(json, 2) + "\n";
}

JobRecord job_record_from_json(const std::string& text, const std::string& origin) {
  try {
    const auto json = parse_json<nlohmann::ordered_json>(text, origin);
    return {data_choice_from_json(json_dump(json.at("data")), origin),
            options_from_json(json_dump(json.at("options")), origin), json.at("split"), json.at("key"),
            report::inputs_from_json(json.at("inputs"))};
  } catch (const nlohmann::json::exception& error) {
    fail("{} is not the record of a training ({})", origin, error.what());
  }
}

Provenance provenance(const Device& device, const DataChoice& choice, const ExperimentData& data,
                      const std::string& protocol, const Options& options, const Program& program) {
  Provenance from;
  from.command = program.command, from.commit = program.commit, from.build_flags = program.build_flags;
  from.device = device.name(), from.instruction_set = device.kernels().description;
  from.data = choice.data, from.data_hash = data.digests.images, from.protocol = protocol;
  from.options = to_json(options);
  from.seed = options.training.seed;
  from.threads = device.context().threads;
  return from;
}

}  // namespace triptych
