#pragma once
#include <cstdint>

// What the NCCL module, communicator_nccl.so, gives the program that opens it: plain functions and numbers,
// since module.cpp is compiled with NCCL's header and the program without. Pointers to data are memory of
// this process's GPU, and `stream` is a cudaStream_t, in whose order the work is done: the functions return
// when it is queued there. They return false when NCCL fails; message() says how.
namespace triptych::nccl {

inline constexpr int id_bytes = 128;

struct Module {
  int interface;                                       // interface_number of the build that made it
  const char* (*library)();                            // "NCCL 2.28.9": the one that was found
  bool (*make_id)(char* id);                           // [id_bytes], by the first rank, for all
  bool (*start)(const char* id, int rank, int ranks);  // on the GPU that this thread has chosen
  void (*finish)();
  // As DeviceSums' (engine/device_sums.h).
  bool (*add_up)(float* data, std::int64_t count, void* stream);
  bool (*all_gather)(float* data, const std::int64_t* starts, void* stream);
  const char* (*message)();
};

inline constexpr int interface_number = 2;
inline constexpr const char* entry = "triptych_nccl_module";  // const Module* (*)()

}  // namespace triptych::nccl
