// A library with the functions of NCCL that engine/nccl/module.cpp calls, for ranks on fake cards, whose
// memory the processor can read: processes of one machine that meet in shared memory. As NCCL's, a collective
// is queued on the stream that it was given and runs when that comes to it, and one in a group is queued at
// the group's end. What would hang or corrupt memory on cards, as calls that do not fit one another, ends the
// program with a message.
#include <dlfcn.h>
#include <fcntl.h>
#include <nccl.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <new>
#include <string>
#include <vector>

#define EXPORTED extern "C" __attribute__((visibility("default")))

namespace {

constexpr std::size_t most_floats = std::size_t(1) << 20;
constexpr int most_ranks = 8;

enum Operation : int { none, all_reduce, broadcast };

// The start of the memory that all ranks share; zeros at first.
struct Meeting {
  std::atomic<int> arrived, generation;
  struct Call {
    int operation, root, device;
    std::size_t count;
  } call[most_ranks];
  float values[most_ranks][most_floats];  // pages that nobody writes cost nothing
};

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "fake NCCL: %s\n", why.c_str());
  std::abort();
}

// What the fake card exports for this library (card.cpp). It is open already.
template <class Function>
Function of_card(const char* name) {
  Dl_info own{};
  dladdr(reinterpret_cast<const void*>(&give_up), &own);
  const std::string path = own.dli_fname, folder = path.substr(0, path.rfind('/'));
  void* card = dlopen((folder + "/../device_fake_cuda.so").c_str(), RTLD_NOW | RTLD_NOLOAD);
  void* found = card ? dlsym(card, name) : nullptr;
  if (!found) give_up("there is no fake card in this process");
  return reinterpret_cast<Function>(found);
}

}  // namespace

struct ncclComm {
  Meeting* meeting;
  int rank, ranks;

  void wait() const {
    const int before = meeting->generation;
    if (++meeting->arrived == ranks) {
      meeting->arrived = 0;
      ++meeting->generation;
      return;
    }
    const auto start = std::chrono::steady_clock::now();
    while (meeting->generation == before) {
      sched_yield();
      if (std::chrono::steady_clock::now() - start > std::chrono::seconds(60))
        give_up("rank " + std::to_string(rank) + " has waited a minute for the others");
    }
  }
  // All ranks must make the same call.
  void meet(Meeting::Call own) const {
    meeting->call[rank] = own;
    wait();
    for (int r = 0; r < ranks; ++r) {
      const Meeting::Call& other = meeting->call[r];
      if (other.operation != own.operation || other.root != own.root || other.count != own.count)
        give_up("rank " + std::to_string(rank) + " calls " + std::to_string(own.operation) + " with " +
                std::to_string(own.count) + " elements, rank " + std::to_string(r) + " " +
                std::to_string(other.operation) + " with " + std::to_string(other.count));
    }
    wait();
  }
  // combine(values of all ranks, element) for each element of `out`, a piece at a time.
  template <class Combine>
  void exchange(Meeting::Call call, const float* in, float* out, const Combine& combine) const {
    meet(call);
    for (std::size_t at = 0; at < call.count; at += most_floats) {
      const std::size_t piece = std::min(most_floats, call.count - at);
      std::memcpy(meeting->values[rank], in + at, piece * sizeof(float));
      wait();
      for (std::size_t i = 0; i < piece; ++i) out[at + i] = combine(i);
      wait();
    }
  }
};

namespace {

int group_depth = 0;
std::vector<std::pair<cudaStream_t, std::function<void()>>> grouped;

void submit(cudaStream_t stream, std::function<void()> work) {
  static const auto enqueue = of_card<void (*)(void*, void (*)(void*), void*)>("triptych_fake_enqueue");
  enqueue(
      stream,
      [](void* data) {
        auto* own = static_cast<std::function<void()>*>(data);
        (*own)();
        delete own;
      },
      new std::function<void()>(std::move(work)));
}

ncclResult_t queue(cudaStream_t stream, std::function<void()> work) {
  if (group_depth > 0)
    grouped.emplace_back(stream, std::move(work));
  else
    submit(stream, std::move(work));
  return ncclSuccess;
}

}  // namespace

EXPORTED ncclResult_t ncclGetVersion(int* version) {
  *version = 22809;
  return ncclSuccess;
}
EXPORTED const char* ncclGetErrorString(ncclResult_t result) {
  return result == ncclInvalidUsage ? "invalid usage" : "internal error";
}
EXPORTED ncclResult_t ncclGetUniqueId(ncclUniqueId* id) {
  std::snprintf(id->internal, sizeof id->internal, "/triptych-fake-nccl-%d", getpid());
  return ncclSuccess;
}

EXPORTED ncclResult_t ncclCommInitRank(ncclComm_t* made, int ranks, ncclUniqueId id, int rank) {
  if (ranks > most_ranks) return ncclInvalidUsage;
  const int file = shm_open(id.internal, O_RDWR | O_CREAT, 0600);
  if (file < 0 || ftruncate(file, sizeof(Meeting)) != 0) return ncclInternalError;
  void* memory = mmap(nullptr, sizeof(Meeting), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (memory == MAP_FAILED) return ncclInternalError;
  auto* own = new ncclComm{static_cast<Meeting*>(memory), rank, ranks};
  own->meeting->call[rank].device = of_card<int (*)()>("triptych_fake_device")();
  own->wait();
  if (rank == 0) shm_unlink(id.internal);
  for (int r = 0; r < ranks; ++r)  // NCCL: "Duplicate GPU detected"
    if (r != rank && own->meeting->call[r].device == own->meeting->call[rank].device) return ncclInvalidUsage;
  own->wait();
  *made = own;
  return ncclSuccess;
}
EXPORTED ncclResult_t ncclCommDestroy(ncclComm_t own) {
  munmap(own->meeting, sizeof(Meeting));
  delete own;
  return ncclSuccess;
}

EXPORTED ncclResult_t ncclGroupStart() {
  ++group_depth;
  return ncclSuccess;
}
EXPORTED ncclResult_t ncclGroupEnd() {
  if (group_depth == 0) return ncclInvalidUsage;
  if (--group_depth > 0) return ncclSuccess;
  for (auto& [stream, work] : grouped) submit(stream, std::move(work));
  grouped.clear();
  return ncclSuccess;
}

EXPORTED ncclResult_t ncclAllReduce(const void* in, void* out, size_t count, ncclDataType_t type,
                                    ncclRedOp_t operation, ncclComm_t own, cudaStream_t stream) {
  if (type != ncclFloat || operation != ncclSum) return ncclInvalidUsage;
  return queue(stream, [=] {
    own->exchange({all_reduce, 0, 0, count}, static_cast<const float*>(in), static_cast<float*>(out),
                  [=](std::size_t i) {
                    float sum = 0;
                    for (int r = 0; r < own->ranks; ++r) sum += own->meeting->values[r][i];
                    return sum;
                  });
  });
}
EXPORTED ncclResult_t ncclBroadcast(const void* in, void* out, size_t count, ncclDataType_t type, int root,
                                    ncclComm_t own, cudaStream_t stream) {
  if (type != ncclFloat) return ncclInvalidUsage;
  return queue(stream, [=] {
    own->exchange({broadcast, root, 0, count}, static_cast<const float*>(in), static_cast<float*>(out),
                  [=](std::size_t i) { return own->meeting->values[root][i]; });
  });
}
