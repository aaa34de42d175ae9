#include "apps/ranks.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <thread>

#include "apps/interrupt.h"
#include "engine/error.h"
#include "engine/mpi/mpi.h"
#include "engine/nccl/nccl.h"
#include "engine/ranks.h"
#include "kernels/kernels.h"

namespace triptych {
namespace {

std::optional<MpiRanks> mpi;       // once started
std::shared_ptr<DeviceSums> sums;  // of cards, once a device was shared
int complaints = STDERR_FILENO;    // where sentences go when stderr is silenced

Index number(const char* name) {
  const char* text = std::getenv(name);
  return text ? std::atoll(text) : 0;
}

void silence() {
  complaints = ::dup(STDERR_FILENO);
  const int nowhere = ::open("/dev/null", O_WRONLY);
  std::fflush(nullptr);
  for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere, descriptor);
  ::close(nowhere);
}

void say(const std::string& line) {
  if (::write(complaints, line.data(), line.size()) < 0) return;  // the terminal is gone: nothing to be done
}

// The first rank says what went wrong, and mpirun ends the others when it has: with SIGTERM, a second later
// with SIGKILL. Returns where that has not happened after five seconds.
void wait_for_the_end() {
  for (int slice = 0; slice < 100 && !stop_requested(); ++slice)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

bool is_card(const std::string& name) {
  const std::string backend = name.substr(0, name.find(':'));
  return backend == "cuda" || backend == "fake-cuda";
}

// What adds up the sums of the ranks' cards; null for other devices.
std::shared_ptr<DeviceSums> card_sums(const Device& device, const std::shared_ptr<Communicator>& ranks) {
  if (!is_card(device.name()) || ranks->ranks() == 1) return nullptr;
  if (!sums) {
    const char* asked = std::getenv("TRIPTYCH_NCCL");
    std::string why = asked && std::string(asked) == "0" ? "TRIPTYCH_NCCL=0 in the environment" : "";
    if (why.empty()) sums = start_nccl(device, ranks, why);
    if (!sums) sums = sums_by_host(ranks);
    fmt::print("sums of the cards: by {}{}\n", sums->name(), why.empty() ? "" : fmt::format(" ({})", why));
  }
  return sums;
}

std::string what_died;  // a line: what the first rank says when another has died

// The others may be in the middle of anything, and MPI with them: no destructors. A signal handler, too.
void end_without_others() {
  if (launch().leads()) say(what_died);
  std::_Exit(1);
}

// mpirun ends all ranks when one has died, with SIGTERM first. Commands that catch signals notice at their
// next exchange (engine/mpi/mpi.cpp).
void end_when_another_dies() {
  struct sigaction before {};
  ::sigaction(SIGTERM, nullptr, &before);
  if (before.sa_handler == SIG_DFL) std::signal(SIGTERM, [](int) { end_without_others(); });
}

}  // namespace

const Launch& launch() {
  static const Launch found = {number("OMPI_COMM_WORLD_SIZE"), number("OMPI_COMM_WORLD_LOCAL_SIZE"),
                               number("OMPI_COMM_WORLD_RANK"), number("OMPI_COMM_WORLD_LOCAL_RANK")};
  return found;
}

void require_one_rank(const std::string& command) {
  if (launch().ranks <= 1) return;
  if (!launch().leads()) {  // all ranks are here, so none needs to speak but the first
    wait_for_the_end();
    std::_Exit(1);
  }
  fail(
      "'{}' is not for several ranks; start it without mpirun. train, table1, embed, index and rank share "
      "their work",
      command);
}

std::shared_ptr<Communicator> join_ranks(std::string then) {
  if (launch().ranks == 0) return nullptr;
  what_died =
      fmt::format("\ntriptych: this run was ended from outside, or one of its ranks has died. {}\n", then);
  if (!mpi) {
    mpi = start_mpi(end_without_others);
    if (!mpi->communicator->leads()) silence();
    fmt::print("ranks: {}, by {}\n", mpi->communicator->ranks(), mpi->library);
    end_when_another_dies();
  }
  return mpi->communicator;
}

void require_same(const std::shared_ptr<Communicator>& ranks, const std::string& mine,
                  const std::string& sentence) {
  if (ranks) require(!ranks->any(ranks->broadcast(mine) != mine), "{}", sentence);
}

std::string device_of_rank(const std::string& name) {
  const bool numbered = name.find(':') != std::string::npos;
  return is_card(name) && !numbered && launch().rank_here > 0 ? fmt::format("{}:{}", name, launch().rank_here)
                                                              : name;
}

void share_device(const Device& device, const std::shared_ptr<Communicator>& ranks) {
  if (!ranks) return;
  const std::string own = device.kernels().description, first = ranks->broadcast(own);
  require(
      own == first,
      "the first rank computes with {}, this one with {}, and they round differently; set TRIPTYCH_ISA to "
      "one that all machines have (mpirun -x TRIPTYCH_ISA=avx2)",
      first, own);
  join(device, ranks, card_sums(device, ranks));
}

int leave_ranks(int status) {
  if (!mpi) return status;
  if (status != 0 && status != 130) mpi->abort(status);  // 130: all ranks have stopped together
  if (sums) sums->finish();
  mpi->finish();
  return status;
}

void complain(const std::string& sentence) {
  const bool alone = launch().ranks <= 1;
  if (!alone && !launch().leads()) {
    wait_for_the_end();
    if (stop_requested()) return;
  }
  say(fmt::format("triptych: {}{}\n",
                  alone || launch().leads() ? "" : fmt::format("rank {}: ", launch().rank), sentence));
}

}  // namespace triptych
