#pragma once
#include <cstddef>

namespace triptych {

// Bytes of memory that this process may use: what the machine has, or what its control group (a container, a
// batch job) is limited to if that is less. 0 if neither can be found out.
std::size_t available_memory();

// A quarter of it, 1 GiB if it is unknown: how much of it decoded images take unless something else is asked
// for.
std::size_t default_image_memory();

}  // namespace triptych
