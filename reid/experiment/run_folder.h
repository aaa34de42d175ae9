#pragma once
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "engine/file.h"
#include "reid/report/records.h"

namespace triptych {

namespace run_files {
inline constexpr const char *config = "config.toml", *log = "log.jsonl", *epochs = "epochs.jsonl",
                            *events = "events.jsonl", *model = "model.safetensors",
                            *checkpoint = "checkpoint.safetensors", *results = "results.json",
                            *ranks = "ranks.png", *maps = "maps", *report = "report.html", *job = "job.json";
}

// Makes the folder, and holds it for this process: no other process writes into it meanwhile.
FolderLock lock_folder(const std::filesystem::path& folder);

// Does the folder hold a run, whole or broken off?
bool holds_run(const std::filesystem::path& folder);
// "runs/<name>-1", or the first number that is free.
std::filesystem::path free_run_folder(const std::string& name);

// The growing files of one training run, whose folder is locked while this lives: a line a step in log.jsonl,
// a line an epoch in epochs.jsonl; E steps, validations and warnings in events.jsonl.
class RunFolder {
 public:
  explicit RunFolder(std::filesystem::path folder);

  std::filesystem::path path(const char* name) const { return folder_ / name; }
  bool has(const char* name) const { return std::filesystem::exists(path(name)); }

  // Opens the files, cut back to what had been done after `steps` steps: a run that was killed goes on from
  // its checkpoint, and the steps behind it are done, and logged, again.
  void open(Index steps);

  void log(const StepRecord& record);
  void add(const EpochRecord& record, Index step);
  void add(const EmRecord& record, Index step);
  void add(const ValidationRecord& record, Index step);
  void add(const std::string& warning, Index step);

  const std::vector<EmRecord>& em() const { return em_; }
  const std::vector<ValidationRecord>& validation() const { return validation_; }
  double logged_seconds() const { return seconds_; }  // of the steps that open() found

 private:
  void write(std::ofstream& to, const std::string& line, const char* name);

  std::filesystem::path folder_;
  std::ofstream log_, epochs_, events_;
  std::vector<EmRecord> em_;
  std::vector<ValidationRecord> validation_;
  double seconds_ = 0;
};

}  // namespace triptych
