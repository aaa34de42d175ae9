#pragma once
#include <memory>
#include <string>

#include "engine/device_sums.h"

namespace triptych {

// NCCL, in whose module beside the program (communicator_nccl.so, of a build that finds nvcc and nccl.h) the
// sums of ranks go from GPU to GPU. Called by every rank, each with a GPU of its own. Null, on all ranks,
// where one of them has no module, no libnccl or no GPU to itself; `why` then says what is missing.
std::shared_ptr<DeviceSums> start_nccl(const Device& device, std::shared_ptr<Communicator> ranks,
                                       std::string& why);

}  // namespace triptych
