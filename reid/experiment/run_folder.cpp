#include "reid/experiment/run_folder.h"

#include "engine/error.h"
#include "engine/file.h"

namespace triptych {
namespace {

// The lines of a file for which `keep` is true; none of a file that is not there.
template <class Keep>
std::string kept_lines(const std::filesystem::path& file, const Keep& keep) {
  std::ifstream in(file);
  std::string kept;
  for (std::string line; std::getline(in, line);)
    if (keep(line)) kept += line + "\n";
  return kept;
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  require(!error && std::filesystem::is_directory(folder),
          "cannot make the folder {} ({}); give another --out", folder.string(),
          error ? error.message() : "a file has this name");
}

}  // namespace

FolderLock lock_folder(const std::filesystem::path& folder) {
  make_folder(folder);
  return FolderLock(folder);
}

bool holds_run(const std::filesystem::path& folder) {
  for (const char* name : {run_files::config, run_files::log, run_files::events, run_files::model,
                           run_files::checkpoint, run_files::results, run_files::job})
    if (std::filesystem::exists(folder / name)) return true;
  return false;
}

std::filesystem::path free_run_folder(const std::string& name) {
  for (int number = 1;; ++number) {
    const std::filesystem::path folder = std::filesystem::path("runs") / fmt::format("{}-{}", name, number);
    if (!std::filesystem::exists(folder)) return folder;
  }
}

RunFolder::RunFolder(std::filesystem::path folder) : folder_(std::move(folder)) {
  make_folder(folder_);
}

void RunFolder::open(Index steps) {
  const std::string log = kept_lines(path(run_files::log), [&](const std::string& line) {
    const auto logged = read_log_line(line);
    if (!logged || logged->step >= steps) return false;
    seconds_ += logged->seconds;
    return true;
  });
  // An E step stands before its epoch's first step: with as many steps done as the checkpoint has, it comes
  // again.
  const std::string events = kept_lines(path(run_files::events), [&](const std::string& line) {
    const auto event = read_event_line(line);
    if (!event || event->step > steps || (event->em && event->step == steps)) return false;
    if (event->em) em_.push_back(*event->em);
    if (event->validation) validation_.push_back(*event->validation);
    return true;
  });
  const std::string epochs = kept_lines(path(run_files::epochs), [&](const std::string& line) {
    const auto epoch = read_epoch_line(line);
    return epoch && epoch->step <= steps;
  });
  write_file(path(run_files::log), log);
  write_file(path(run_files::epochs), epochs);
  write_file(path(run_files::events), events);
  log_.open(path(run_files::log), std::ios::app);
  epochs_.open(path(run_files::epochs), std::ios::app);
  events_.open(path(run_files::events), std::ios::app);
}

void RunFolder::write(std::ofstream& to, const std::string& line, const char* name) {
  to << line << '\n'
     << std::flush;  // whoever watches the file sees every step; a full disk is noticed at once
  require(to.good(), "cannot write to {}; is the disk full? Make room, then go on with --resume",
          path(name).string());
}

void RunFolder::log(const StepRecord& record) {
  write(log_, log_line(record), run_files::log);
}

void RunFolder::add(const EpochRecord& record, Index step) {
  write(epochs_, epoch_line(record, step), run_files::epochs);
}
void RunFolder::add(const EmRecord& record, Index step) {
  em_.push_back(record);
  write(events_, event_line(record, step), run_files::events);
}
void RunFolder::add(const ValidationRecord& record, Index step) {
  validation_.push_back(record);
  write(events_, event_line(record, step), run_files::events);
}
void RunFolder::add(const std::string& warning, Index step) {
  write(events_, event_line(warning, step), run_files::events);
}

}  // namespace triptych
