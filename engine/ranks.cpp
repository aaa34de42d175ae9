#include "engine/ranks.h"

#include "engine/error.h"
#include "kernels/batch_part.h"

namespace triptych {

void join(const Device& device, std::shared_ptr<Communicator> ranks, std::shared_ptr<DeviceSums> sums) {
  std::shared_ptr<SharedWork>& shared = device.context().shared;
  shared = nullptr;
  if (!ranks) return;
  if (!sums && device.name() != "cpu") sums = sums_by_host(ranks);
  shared = std::make_shared<SharedWork>(SharedWork{std::move(ranks), nullptr, std::move(sums), nullptr});
}

std::shared_ptr<Communicator> ranks_of(const Device& device) {
  const std::shared_ptr<SharedWork>& work = device.context().shared;
  return work ? work->ranks : nullptr;
}

std::shared_ptr<DeviceSums> sums_of(const Device& device) {
  const std::shared_ptr<SharedWork>& work = device.context().shared;
  return work ? work->sums : nullptr;
}

bool leads(const Device& device) {
  const std::shared_ptr<Communicator> ranks = ranks_of(device);
  return !ranks || ranks->leads();
}

}  // namespace triptych
