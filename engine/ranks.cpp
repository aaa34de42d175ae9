#include "engine/ranks.h"

#include "engine/error.h"
#include "kernels/batch_part.h"

namespace triptych {

void join(const Device& device, std::shared_ptr<Communicator> ranks) {
  require(!ranks || device.name() == "cpu",
          "several ranks share their work on the device cpu, not on {}; leave out mpirun, or --device",
          device.name());
  device.context().shared =
      ranks ? std::make_shared<SharedWork>(SharedWork{nullptr, std::move(ranks)}) : nullptr;
}

std::shared_ptr<Communicator> ranks_of(const Device& device) {
  const std::shared_ptr<SharedWork>& work = device.context().shared;
  return work ? work->ranks : nullptr;
}

bool leads(const Device& device) {
  const std::shared_ptr<Communicator> ranks = ranks_of(device);
  return !ranks || ranks->leads();
}

}  // namespace triptych
