#pragma once
#include <memory>

#include "engine/communicator.h"
#include "engine/device.h"

namespace triptych {

// Makes a device one of several ranks, or takes it out of them (null). What all ranks compute together has a
// comment that says so; everything else each does for itself. An Error on a device other than cpu.
void join(const Device& device, std::shared_ptr<Communicator> ranks);

// The ranks that the device belongs to; null: it is alone.
std::shared_ptr<Communicator> ranks_of(const Device& device);

// Alone, or the first of the ranks: the one that writes files.
bool leads(const Device& device);

}  // namespace triptych
