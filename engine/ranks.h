#pragma once
#include <memory>

#include "engine/communicator.h"
#include "engine/device.h"
#include "engine/device_sums.h"

namespace triptych {

// Makes a device one of several ranks, or takes it out of them (null). What all ranks compute together has a
// comment that says so; everything else each does for itself. On a device other than cpu, `sums` adds up what
// the ranks have there; without, it goes through the host's memory.
void join(const Device& device, std::shared_ptr<Communicator> ranks,
          std::shared_ptr<DeviceSums> sums = nullptr);

// The ranks that the device belongs to, and what adds up there; null: it is alone, or the device cpu.
std::shared_ptr<Communicator> ranks_of(const Device& device);
std::shared_ptr<DeviceSums> sums_of(const Device& device);

// Alone, or the first of the ranks: the one that writes files.
bool leads(const Device& device);

}  // namespace triptych
