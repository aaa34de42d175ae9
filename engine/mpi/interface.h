#pragma once
#include <cstdint>

// What the MPI module, communicator_mpi.so, gives the program that opens it: plain functions and numbers,
// since module.cpp is compiled with MPI's headers and the program without.
namespace triptych::mpi {

struct Module {
  int interface;  // interface_number of the build that made it
  // Starts MPI, once. `library` is its name and version. False when MPI does not start.
  bool (*start)(int* rank, int* ranks, const char** library);
  void (*finish)();
  void (*abort)(int status);  // ends all ranks
  // As Communicator's (engine/communicator.h); `waiting` is called again and again until the others are
  // there.
  void (*all_gather)(void* data, const std::int64_t* starts, void (*waiting)());
  void (*exchange)(const void* from, const std::int64_t* sends, void* to, const std::int64_t* receives,
                   void (*waiting)());
};

inline constexpr int interface_number = 1;
inline constexpr const char* entry = "triptych_mpi_module";  // const Module* (*)()

}  // namespace triptych::mpi
