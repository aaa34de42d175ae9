#include "reid/experiment/verify.h"

#include <algorithm>
#include <cmath>

#include "engine/file.h"
#include "engine/json.h"
#include "reid/experiment/again.h"
#include "reid/experiment/job.h"
#include "reid/experiment/rows.h"
#include "reid/experiment/run_folder.h"
#include "reid/experiment/stored_table.h"
#include "reid/network/model.h"

namespace triptych {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string brief(const Json& json) {
  const std::string text = json_dump(json);
  return text.size() > 60 ? text.substr(0, 57) + "..." : text;
}

// Numbers agree to 1e-9 of their size: another compiler may round a sum's last bit differently.
bool same_number(double a, double b) {
  return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)});
}

// "rows[3].cmc.1 is 20.0, but 35.0 when it is computed again", or nothing.
std::string json_difference(const Json& stored, const Json& again, const std::string& where) {
  if (stored.is_number() && again.is_number())
    return same_number(stored.get<double>(), again.get<double>())
               ? ""
               : fmt::format("{} is {}, but {} when it is computed again", where, brief(stored),
                             brief(again));
  if (stored.is_object() && again.is_object()) {
    for (const auto& [name, value] : again.items()) {
      const std::string at = where.empty() ? name : where + "." + name;
      if (!stored.contains(name)) return at + " is missing";
      if (const std::string found = json_difference(stored.at(name), value, at); !found.empty()) return found;
    }
    for (const auto& [name, value] : stored.items())
      if (!again.contains(name)) return fmt::format("{}.{} does not belong there", where, name);
    return {};
  }
  if (stored.is_array() && again.is_array() && stored.size() == again.size()) {
    for (std::size_t i = 0; i < stored.size(); ++i)
      if (const std::string found = json_difference(stored[i], again[i], fmt::format("{}[{}]", where, i));
          !found.empty())
        return found;
    return {};
  }
  return stored == again
             ? ""
             : fmt::format("{} is {}, but {} when it is computed again", where, brief(stored), brief(again));
}

void require_same(const Json& stored, const std::string& again, const std::string& origin) {
  const std::string difference =
      json_difference(stored, parse_json<Json>(again, "what was computed again"), "");
  require(difference.empty(), "{}: {}", origin, difference);
}

// ---- tables -----------------------------------------------------------------------------------------------

void verify_version(const Inputs& inputs, const std::string& origin) {
  for (const auto& [name, value] : inputs)
    if (name == "results version")
      require(value == std::to_string(results_version),
              "{} holds results of version {}, but this program computes version {}; compute them again",
              origin, value, results_version);
}

void verify_markdown(const fs::path& file, const ResultTable& table) {
  if (!fs::exists(file)) return;
  const std::string stored = read_file(file), again = markdown(table);
  if (stored == again) return;
  std::size_t at = 0;
  while (at < std::min(stored.size(), again.size()) && stored[at] == again[at]) ++at;
  const auto line = std::count(stored.begin(), stored.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1;
  fail("{}: line {} is not what the ranks in the .json beside it say", file.string(), line);
}

// Rows that a table's folder keeps: each must be what its key says.
std::size_t verify_rows(const fs::path& folder) {
  std::size_t rows = 0;
  if (!fs::exists(folder)) return rows;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    const std::optional<Row> row = row_from_json(read_file(entry.path()));
    require(row && entry.path().stem() == short_key(row->key),
            "{} is damaged or was changed: its key does not follow from its inputs; delete it, and it is "
            "computed again",
            entry.path().string());
    ++rows;
  }
  return rows;
}

std::string verify_table(const fs::path& file, const VerifyRequest& request, const Device& device,
                         const Watcher& watcher) {
  const std::string text = read_file(file), origin = file.string();
  const StoredTable stored = read_table(text, origin);
  require_same(parse_json<Json>(text, origin), table_json(stored.table, stored.from), origin);
  verify_markdown(fs::path(file).replace_extension(".md"), stored.table);
  std::size_t rows = 0, keys = 0, ranks = 0;
  for (const auto& [title, lines] : stored.table.groups)
    for (const TableLine& line : lines) {
      ++rows, keys += line.splits.size();
      for (const Outcome& outcome : line.splits) ranks += outcome.ranked.queries.size();
    }
  std::string said = fmt::format("{} rows, {} keys, {} networks and all figures of {} queries", rows, keys,
                                 stored.table.networks.size(), ranks);
  if (const std::size_t kept = verify_rows(file.parent_path() / "rows"); kept > 0)
    said += fmt::format(", {} stored rows", kept);
  if (request.again > 0) {
    const std::string data = request.data.empty() ? stored.from.data : request.data;
    compute_again(stored.table, data, request.again, device, watcher);
    said += fmt::format(", {} of them computed once more from the images", request.again);
  }
  return said;
}

// ---- runs -------------------------------------------------------------------------------------------------

// Figures from the ranks of all draws, and nothing else.
SplitResult figures_again(SplitResult split) {
  require(!split.draws.empty(), "split {} has no ranks: it was written by an older version", split.split);
  split.scores = mean_of_draws(split.draws);
  split.queries = split.draws.front().result.queries;
  split.gallery = split.draws.front().result.gallery_identities;
  split.gallery_images = split.draws.front().result.gallery;
  split.ranks = split.draws.front().result.first_rank;
  if (split.untrained) split.untrained = mean_of_draws(split.untrained_draws);
  if (split.pixels) split.pixels = mean_of_draws(split.pixel_draws);
  std::size_t next = 0;
  for (const Evaluation& draw : split.draws)
    for (const std::vector<std::int32_t>& ranks : draw.result.right_ranks)
      split.ranked.queries.at(next++).ranks = ranks;
  if (!split.key.empty()) split.key = key_of(split.inputs);
  return split;
}

void verify_results(const fs::path& file) {
  const std::string text = read_file(file), origin = file.string();
  const auto json = parse_json<Json>(text, origin);
  std::vector<SplitResult> splits;
  for (SplitResult& split : read_results(file)) {
    verify_version(split.inputs, origin);
    splits.push_back(figures_again(std::move(split)));
  }
  Provenance from;
  from.seconds = json.at("seconds"), from.threads = json.at("threads"), from.seed = json.at("seed");
  from.command = json.at("command"), from.commit = json.at("commit");
  from.build_flags = json.at("build_flags"), from.options = json_dump(json.at("options"));
  from.device = json.at("device"), from.instruction_set = json.at("instruction_set");
  from.data = json.at("data"), from.data_hash = json.at("data_hash"), from.protocol = json.at("protocol");
  require_same(json, results_json(from, splits), origin);
}

// job.json, and the model that it says it made.
void verify_job(const fs::path& folder, const Device& device) {
  const fs::path file = folder / run_files::job;
  const JobRecord job = job_record_from_json(read_file(file), file.string());
  require(job.key == key_of(job.inputs), "{}: the key is {}, but its inputs make it {}", file.string(),
          short_key(job.key), short_key(key_of(job.inputs)));
  Options options = job.options;
  options.training.start.clear();
  Inputs stated;
  add_input(stated, "", options);
  for (const auto& [name, value] : stated) {
    const auto found = std::ranges::find(job.inputs, name, &Input::name);
    require(found != job.inputs.end() && found->value == value,
            "{}: the option {} is {}, but its key was made of {}", file.string(), name, value,
            found == job.inputs.end() ? "none" : found->value);
  }
  const fs::path model = folder / run_files::model;
  if (!fs::exists(model)) return;
  const TensorFile tensors = load_tensors(model, device);
  const auto key = tensors.metadata.find("key");
  require(key != tensors.metadata.end() && key->second == job.key,
          "{} is not the model that {} says was trained there", model.string(), file.string());
}

std::string verify_run(const fs::path& folder, const Device& device) {
  int jobs = 0, results = 0;
  std::vector<fs::path> folders = {folder};
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_directory() && entry.path().filename().string().starts_with("split_"))
      folders.push_back(entry.path());
  std::ranges::sort(folders);
  for (const fs::path& at : folders) {
    if (fs::exists(at / run_files::job)) verify_job(at, device), ++jobs;
    if (fs::exists(at / run_files::results)) verify_results(at / run_files::results), ++results;
  }
  require(results > 0, "{} holds no results: the run is not complete", folder.string());
  return fmt::format("{} trainings, and all figures of {} results.json", jobs, results);
}

}  // namespace

std::string verify(const VerifyRequest& request, const Device& device, const Watcher& watcher) {
  const fs::path& path = request.path;
  require(fs::exists(path), "there is no {}; give the folder of a run or of a table, or a table1.json",
          path.string());
  if (fs::is_directory(path) && fs::exists(path / "table1.json"))
    return verify_table(path / "table1.json", request, device, watcher);
  const bool run = fs::is_directory(path) || path.filename() == run_files::results;
  require(!run || request.again == 0, "--again computes rows of a table, and {} is a run", path.string());
  if (fs::is_directory(path)) return verify_run(path, device);
  if (run) {
    verify_results(path);
    return "all figures";
  }
  return verify_table(path, request, device, watcher);
}

}  // namespace triptych
