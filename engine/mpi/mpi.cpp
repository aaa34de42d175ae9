#include "engine/mpi/mpi.h"

#include <dlfcn.h>
#include <unistd.h>

#include <chrono>
#include <climits>
#include <filesystem>
#include <optional>

#include "engine/error.h"
#include "engine/mpi/interface.h"
#include "engine/stop.h"

namespace triptych {
namespace {

constexpr const char* module_name = "communicator_mpi.so";

// Beside the program or the folder that it is in (test programs), or in lib/triptych of an installation.
std::filesystem::path find_module() {
  char program[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", program, sizeof program);
  require(length > 0, "the folder of this program is unknown, and so is that of {}", module_name);
  const auto folder =
      std::filesystem::path(std::string(program, static_cast<std::size_t>(length))).parent_path();
  for (const auto& at : {folder, folder.parent_path(), folder.parent_path() / "lib" / "triptych"})
    if (std::filesystem::exists(at / module_name)) return at / module_name;
  fail(
      "this program was started by mpirun, but {} is not beside it, since it was built without Open MPI: "
      "install libopenmpi-dev and openmpi-bin, and run 'make' again",
      module_name);
}

const mpi::Module& open_module() {
  const std::string path = find_module().string();
  void* module = dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);  // MPI's own plugins look for its symbols
  if (!module) fail("the MPI module does not open: {}", dlerror());
  using Entry = const mpi::Module* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(module, mpi::entry));
  require(entry && entry()->interface == mpi::interface_number,
          "{} is of another build than this program: run 'make' again, or install both together", path);
  return *entry();
}

// mpirun ends all ranks when one has died: with SIGTERM, which sets the stop flag, and a second later for
// good. Ranks that are alive meet within a step, so whoever waits longer than this after a signal waits in
// vain.
constexpr std::chrono::milliseconds patience{300};
std::function<void()> on_lost;

void look_around() {
  static std::optional<std::chrono::steady_clock::time_point> since;
  const auto now = std::chrono::steady_clock::now();
  if (!stop_requested())
    since.reset();
  else if (!since)
    since = now;
  else if (now - *since > patience && on_lost)
    on_lost();
}

class Mpi final : public Communicator {
 public:
  Mpi(const mpi::Module& module, int rank, int ranks) : module_(module), rank_(rank), ranks_(ranks) {}
  Index rank() const override { return rank_; }
  Index ranks() const override { return ranks_; }

 private:
  void do_all_gather(void* data, std::span<const Index> starts) override {
    module_.all_gather(data, starts.data(), look_around);
  }
  void do_exchange(const void* from, std::span<const Index> sends, void* to,
                   std::span<const Index> receives) override {
    module_.exchange(from, sends.data(), to, receives.data(), look_around);
  }

  const mpi::Module& module_;
  int rank_, ranks_;
};

}  // namespace

MpiRanks start_mpi(std::function<void()> lost) {
  const mpi::Module& module = open_module();
  int rank = 0, ranks = 1;
  const char* library = "";
  require(module.start(&rank, &ranks, &library), "MPI does not start here; 'mpirun -n 1 true' says more");
  on_lost = std::move(lost);
  return {std::make_shared<Mpi>(module, rank, ranks), library, module.finish, module.abort};
}

}  // namespace triptych
