// The NCCL module: everything of this project that calls NCCL. Linked into communicator_nccl.so, never into
// the program. NCCL adds up in an order that depends on the number of GPUs and on the links between them, and
// all GPUs end with the same bits.
//
// It calls nothing of CUDA's runtime: the stream, and the choice of the GPU, are those of the module of
// kernels (kernels/cuda), whose work NCCL's has to follow.
#include <nccl.h>

#include <string>

#include "engine/nccl/interface.h"

namespace triptych::nccl {
namespace {

static_assert(NCCL_UNIQUE_ID_BYTES == id_bytes);

ncclComm_t communicator = nullptr;
int all_ranks = 1;
std::string last_message;

bool good(ncclResult_t result) {
  if (result == ncclSuccess) return true;
  last_message = std::string("NCCL: ") + ncclGetErrorString(result);
  return false;
}

// 22809 is 2.28.9
const char* library() {
  static std::string name;
  int version = 0;
  if (ncclGetVersion(&version) != ncclSuccess) return "NCCL";
  name = "NCCL " + std::to_string(version / 10000) + "." + std::to_string(version / 100 % 100) + "." +
         std::to_string(version % 100);
  return name.c_str();
}

bool make_id(char* id) {
  ncclUniqueId made;
  if (!good(ncclGetUniqueId(&made))) return false;
  for (int i = 0; i < id_bytes; ++i) id[i] = made.internal[i];
  return true;
}

bool start(const char* id, int rank, int ranks) {
  ncclUniqueId given;
  for (int i = 0; i < id_bytes; ++i) given.internal[i] = id[i];
  all_ranks = ranks;
  return good(ncclCommInitRank(&communicator, ranks, given, rank));
}

void finish() {
  if (communicator) ncclCommDestroy(communicator);
  communicator = nullptr;
}

bool add_up(float* data, std::int64_t count, void* stream) {
  return good(ncclAllReduce(data, data, static_cast<std::size_t>(count), ncclFloat, ncclSum, communicator,
                            static_cast<cudaStream_t>(stream)));
}

// ncclAllGather wants as much of every rank; a group of broadcasts is one launch, too.
bool all_gather(float* data, const std::int64_t* starts, void* stream) {
  if (!good(ncclGroupStart())) return false;
  bool fine = true;
  for (int r = 0; r < all_ranks; ++r) {
    float* part = data + starts[r];
    const auto count = static_cast<std::size_t>(starts[r + 1] - starts[r]);
    fine = good(ncclBroadcast(part, part, count, ncclFloat, r, communicator,
                              static_cast<cudaStream_t>(stream))) &&
           fine;
  }
  return good(ncclGroupEnd()) && fine;
}

const char* message() {
  return last_message.c_str();
}

}  // namespace
}  // namespace triptych::nccl

extern "C" __attribute__((visibility("default"))) const triptych::nccl::Module* triptych_nccl_module() {
  using namespace triptych::nccl;
  static const Module module = {interface_number, library, make_id,    start,
                                finish,           add_up,  all_gather, message};
  return &module;
}
