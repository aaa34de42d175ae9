// The MPI module: everything of this project that calls MPI. Linked into communicator_mpi.so, never into the
// program. MPI moves bytes here and adds nothing, so it has no say in the order of a sum.
#include <mpi.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include "engine/mpi/interface.h"

namespace triptych::mpi {
namespace {

int own_rank = 0, all_ranks = 1;

// MPI_Wait cannot be left when a rank has died, and spins on a processor that another rank may need.
void wait_for(MPI_Request& request, void (*waiting)()) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  for (int done = 0;;) {
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (done) return;
    sched_yield();
    if (Clock::now() - start < std::chrono::milliseconds(2)) continue;
    waiting();
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
}

struct Blocks {
  std::vector<int> sizes, starts;
};
// MPI counts bytes in an int.
Blocks blocks_of(const std::int64_t* starts) {
  Blocks blocks;
  for (int r = 0; r < all_ranks; ++r) {
    blocks.starts.push_back(static_cast<int>(starts[r]));
    blocks.sizes.push_back(static_cast<int>(starts[r + 1] - starts[r]));
  }
  return blocks;
}

constexpr std::int64_t most_bytes = std::int64_t(1) << 30;

void all_gather(void* data, const std::int64_t* starts, void (*waiting)()) {
  MPI_Request request = MPI_REQUEST_NULL;
  if (starts[all_ranks] <= most_bytes) {
    const Blocks blocks = blocks_of(starts);
    MPI_Iallgatherv(MPI_IN_PLACE, 0, MPI_BYTE, data, blocks.sizes.data(), blocks.starts.data(), MPI_BYTE,
                    MPI_COMM_WORLD, &request);
    return wait_for(request, waiting);
  }
  for (int r = 0; r < all_ranks; ++r)
    for (std::int64_t at = starts[r]; at < starts[r + 1]; at += most_bytes) {
      const auto size = static_cast<int>(std::min(most_bytes, starts[r + 1] - at));
      MPI_Ibcast(static_cast<char*>(data) + at, size, MPI_BYTE, r, MPI_COMM_WORLD, &request);
      wait_for(request, waiting);
    }
}

void exchange(const void* from, const std::int64_t* sends, void* to, const std::int64_t* receives,
              void (*waiting)()) {
  const Blocks out = blocks_of(sends), in = blocks_of(receives);
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Ialltoallv(from, out.sizes.data(), out.starts.data(), MPI_BYTE, to, in.sizes.data(), in.starts.data(),
                 MPI_BYTE, MPI_COMM_WORLD, &request);
  wait_for(request, waiting);
}

bool start(int* rank, int* ranks, const char** library) {
  int given = 0;
  if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &given) != MPI_SUCCESS) return false;
  MPI_Comm_rank(MPI_COMM_WORLD, &own_rank);
  MPI_Comm_size(MPI_COMM_WORLD, &all_ranks);
  *rank = own_rank, *ranks = all_ranks;
  static char name[MPI_MAX_LIBRARY_VERSION_STRING];
  int length = 0;
  MPI_Get_library_version(name, &length);
  *std::find(name, name + length, ',') = '\0';  // "Open MPI v4.1.4, package: ..."
  *library = name;
  return true;
}

void finish() {
  MPI_Finalize();
}

void abort(int status) {
  MPI_Abort(MPI_COMM_WORLD, status);
}

}  // namespace
}  // namespace triptych::mpi

extern "C" __attribute__((visibility("default"))) const triptych::mpi::Module* triptych_mpi_module() {
  using namespace triptych::mpi;
  static const Module module = {interface_number, start, finish, abort, all_gather, exchange};
  return &module;
}
