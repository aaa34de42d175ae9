#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>

#include "apps/bench/stopwatch.h"
#include "apps/bench/subjects.h"
#include "datasets/save_synthetic.h"
#include "engine/error.h"
#include "reid/network/model.h"

// What somebody waits for who asks for one embedding: a fresh process, a model file, a person's two images,
// and the embeddings in a file. What is run is this program's own command `embed`.
namespace triptych::bench {
namespace {

namespace fs = std::filesystem;

// A folder with all that embed reads, which goes away again.
class Workplace {
 public:
  Workplace() : folder_(fs::temp_directory_path() / ("triptych-start-" + std::to_string(getpid()))) {
    const fs::path identities = folder_ / "people";
    save_synthetic(open_dataset("synthetic:2"), 1, 1, identities);  // the fewest that are drawn, one too many
    for (const char* camera : {"cam_a", "cam_b"}) fs::remove(identities / camera / "img_0002.png");
  }
  ~Workplace() {
    std::error_code ignored;  // what is left over does no harm
    fs::remove_all(folder_, ignored);
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  // The command that embeds these images with a model of this network.
  std::vector<std::string> command(const NetworkOptions& network, const std::string& name) const {
    Options options;
    options.network = network;
    const fs::path model = folder_ / (name + "model.safetensors");
    save_model(model, make_model(Device::open("cpu"), options, {}));
    return {"triptych", "embed",
            "--model",  model,
            "--data",   folder_ / "people",
            "--out",    folder_ / (name + "embeddings.npy")};
  }

 private:
  fs::path folder_;
};

// Runs this program once with these arguments, what it prints unseen.
Clock time_process(std::vector<std::string> command) {
  std::vector<char*> arguments;
  for (std::string& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  const auto start = std::chrono::steady_clock::now();
  pid_t child = 0;
  const int problem = posix_spawn(&child, "/proc/self/exe", &files, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  int status = 0;
  rusage used{};
  require(problem == 0 && wait4(child, &status, 0, &used) == child && WIFEXITED(status) &&
              WEXITSTATUS(status) == 0,
          "cold_start: 'triptych embed' did not end well; what it said stands above");
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
          seconds(used.ru_utime) + seconds(used.ru_stime)};
}

}  // namespace

// cold_start is what one waits for: the wall's time, with as many threads as there are cores. On a busy
// machine that says little, so that beside it stands the CPU time of the same with one thread.
void measure_start(const Settings& settings) {
  struct Start {
    std::string name;
    std::vector<std::string> command;
    bool one_thread;
    std::vector<double> samples;
  };
  std::vector<Start> starts;
  std::optional<Workplace> place;
  for (const Subject& subject : {Subject{"", reference_network()}, Subject{"default_", NetworkOptions{}}})
    for (const bool one_thread : {false, true}) {
      const std::string name =
          fmt::format("cold_start{}{}", subject.is_reference() ? "" : "_default", one_thread ? "_1t" : "");
      if (!wanted(settings, name)) continue;
      if (!place) place.emplace();
      starts.push_back({name, place->command(subject.options, subject.name), one_thread, {}});
      if (one_thread) starts.back().command.insert(starts.back().command.end(), {"--threads", "1"});
      time_process(starts.back().command);  // the first one fetches the files from the disk
    }
  if (starts.empty()) return;
  constexpr std::size_t least = 5;
  double spent = 0;
  while (spent < settings.seconds * static_cast<double>(starts.size()) || starts[0].samples.size() < least)
    for (Start& start : starts) {
      const Clock time = time_process(start.command);
      start.samples.push_back(start.one_thread ? time.cpu : time.wall);
      spent += time.wall;
    }
  for (const Start& start : starts) print_figure(start.name, 1e3 * median(start.samples), "ms");
}

}  // namespace triptych::bench
