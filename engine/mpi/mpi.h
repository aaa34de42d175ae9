#pragma once
#include <memory>
#include <string>

#include "engine/communicator.h"

namespace triptych {

// The ranks that mpirun started. MPI is in a module beside the program, communicator_mpi.so, which a build
// makes where it finds Open MPI; it is opened here, and MPI started, once in a process. An Error says what is
// missing. `lost` is called when another rank has ended and this one waits for it in vain; it must end the
// process.
struct MpiRanks {
  std::shared_ptr<Communicator> communicator;
  std::string library;             // "Open MPI v4.1.4"
  std::function<void()> finish;    // by every rank, at its end
  std::function<void(int)> abort;  // ends all ranks with this status
};
MpiRanks start_mpi(std::function<void()> lost);

}  // namespace triptych
