#pragma once
#include <memory>
#include <string>

#include "engine/communicator.h"
#include "engine/device.h"

namespace triptych {

// Where mpirun started this program, as Open MPI's environment says: processes, those of them on this
// machine, which one this is, and which of those on this machine. Without mpirun: 0 processes.
struct Launch {
  Index ranks = 0, ranks_here = 0, rank = 0, rank_here = 0;
  bool leads() const { return rank == 0; }
};
const Launch& launch();

// Commands that know nothing of ranks would do everything several times: an Error for them.
void require_one_rank(const std::string& command);

// Starts MPI where mpirun started this program, once; without mpirun there are no ranks, null. Of several
// ranks only the first one prints from here on. Where one dies, the first one says so and ends; `then` is
// what it says of what is left and how to go on.
std::shared_ptr<Communicator> join_ranks(std::string then);

// An Error, of all ranks, unless `mine` is the same text on each: what they read themselves must agree.
// `sentence` says what is not.
void require_same(const std::shared_ptr<Communicator>& ranks, const std::string& mine,
                  const std::string& sentence);

// Of a device whose backend has several, the one for this rank: "cuda" is the first card for the first rank
// on this machine, the second for the second. A name with a number, "cuda:0", is that card for all of them.
std::string device_of_rank(const std::string& name);

// Makes the device one of the ranks, if there are any. An Error unless all compute with the same kernels:
// other instruction sets round differently. Cards exchange by NCCL where it is found, and the first rank says
// so, or why not.
void share_device(const Device& device, const std::shared_ptr<Communicator>& ranks);

// At the end of the program, with its status: leaves MPI, or ends all ranks when this one has failed.
int leave_ranks(int status);

// Prints a sentence to stderr. All ranks usually fail of the same thing, and the first one says it: the
// others wait until that has ended them, and speak when it has not.
void complain(const std::string& sentence);

}  // namespace triptych
