// The NCCL module: everything of this project that calls NCCL. Linked into communicator_nccl.so, never into
// the program. NCCL moves bytes here and adds nothing: its all-reduce adds in an order that depends on the
// number of GPUs and on how they are connected.
#include <cuda_runtime.h>
#include <nccl.h>

#include <string>

#include "engine/nccl/interface.h"

namespace triptych::nccl {
namespace {

static_assert(NCCL_UNIQUE_ID_BYTES == id_bytes);

ncclComm_t communicator = nullptr;
cudaStream_t stream = nullptr;
int own_rank = 0, all_ranks = 1;
std::string last_message;

bool good(ncclResult_t result) {
  if (result == ncclSuccess) return true;
  last_message = std::string("NCCL: ") + ncclGetErrorString(result);
  return false;
}
bool good(cudaError_t result) {
  if (result == cudaSuccess) return true;
  last_message = std::string("CUDA: ") + cudaGetErrorString(result);
  return false;
}

bool make_id(char* id) {
  ncclUniqueId made;
  if (!good(ncclGetUniqueId(&made))) return false;
  for (int i = 0; i < id_bytes; ++i) id[i] = made.internal[i];
  return true;
}

bool start(const char* id, int rank, int ranks) {
  int cards = 0;
  if (!good(cudaGetDeviceCount(&cards))) return false;
  ncclUniqueId given;
  for (int i = 0; i < id_bytes; ++i) given.internal[i] = id[i];
  own_rank = rank, all_ranks = ranks;
  return good(cudaStreamCreate(&stream)) && good(ncclCommInitRank(&communicator, ranks, given, rank));
}

void finish() {
  if (communicator) ncclCommDestroy(communicator);
  if (stream) cudaStreamDestroy(stream);
  communicator = nullptr, stream = nullptr;
}

bool all_gather(void* data, const std::int64_t* starts) {
  if (!good(ncclGroupStart())) return false;
  bool fine = true;
  for (int r = 0; r < all_ranks; ++r) {
    char* part = static_cast<char*>(data) + starts[r];
    const auto size = static_cast<std::size_t>(starts[r + 1] - starts[r]);
    if (size > 0) fine = good(ncclBroadcast(part, part, size, ncclChar, r, communicator, stream)) && fine;
  }
  return good(ncclGroupEnd()) && fine && good(cudaStreamSynchronize(stream));
}

bool exchange(const void* from, const std::int64_t* sends, void* to, const std::int64_t* receives) {
  if (!good(ncclGroupStart())) return false;
  bool fine = true;
  for (int r = 0; r < all_ranks; ++r) {
    const auto out = static_cast<std::size_t>(sends[r + 1] - sends[r]),
               in = static_cast<std::size_t>(receives[r + 1] - receives[r]);
    if (out > 0)
      fine =
          good(ncclSend(static_cast<const char*>(from) + sends[r], out, ncclChar, r, communicator, stream)) &&
          fine;
    if (in > 0)
      fine =
          good(ncclRecv(static_cast<char*>(to) + receives[r], in, ncclChar, r, communicator, stream)) && fine;
  }
  return good(ncclGroupEnd()) && fine && good(cudaStreamSynchronize(stream));
}

const char* message() {
  return last_message.c_str();
}

}  // namespace
}  // namespace triptych::nccl

extern "C" __attribute__((visibility("default"))) const triptych::nccl::Module* triptych_nccl_module() {
  using namespace triptych::nccl;
  static const Module module = {interface_number, make_id, start, finish, all_gather, exchange, message};
  return &module;
}
