#pragma once
#include <cstdint>

// What the NCCL module, communicator_nccl.so, gives the program that opens it. Pointers to data are memory of
// this process's GPU. Functions return false when NCCL or CUDA fail; message() says how.
namespace triptych::nccl {

inline constexpr int id_bytes = 128;

struct Module {
  int interface;                                       // interface_number of the build that made it
  bool (*make_id)(char* id);                           // [id_bytes], by the first rank, for all
  bool (*start)(const char* id, int rank, int ranks);  // on the current GPU
  void (*finish)();
  // As Communicator's (engine/communicator.h). They return when the data is there.
  bool (*all_gather)(void* data, const std::int64_t* starts);
  bool (*exchange)(const void* from, const std::int64_t* sends, void* to, const std::int64_t* receives);
  const char* (*message)();
};

inline constexpr int interface_number = 1;
inline constexpr const char* entry = "triptych_nccl_module";  // const Module* (*)()

}  // namespace triptych::nccl
