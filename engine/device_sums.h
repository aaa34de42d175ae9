#pragma once
#include <memory>
#include <span>
#include <string>

#include "engine/communicator.h"
#include "engine/device.h"

namespace triptych {

// Sums over ranks, and gathers, of arrays in a device's own memory. The device cpu has no use for them: it
// exchanges the partial sums of chunks in a fixed order (engine/batch_split.h). The kernels of other devices
// add up a batch in one launch, so what is left to be added are the sums of the ranks. Every rank has the
// same bits afterwards, which another number of ranks need not give.
class DeviceSums {
 public:
  virtual ~DeviceSums() = default;
  DeviceSums() = default;
  DeviceSums(const DeviceSums&) = delete;
  DeviceSums& operator=(const DeviceSums&) = delete;

  // What exchanges: "NCCL 2.28.3", ...
  virtual std::string name() const = 0;
  // x [n] = the sum of all ranks' x
  virtual void add_up(Traffic kind, const Device& device, Real* x, Index n) = 0;
  // x [starts.back()], of which rank r has written those from starts[r] on, before starts[r + 1]; afterwards
  // every rank has all. starts [ranks + 1].
  virtual void all_gather(Traffic kind, const Device& device, Real* x, std::span<const Index> starts) = 0;
  virtual void finish() {}  // by every rank, at its end
};

// Through the host's memory: the device copies out, the communicator moves bytes, and the sums of the ranks
// are added in their order. A card's copies go through pinned memory (kernels/cuda/memory.cu).
std::shared_ptr<DeviceSums> sums_by_host(std::shared_ptr<Communicator> ranks);

}  // namespace triptych
