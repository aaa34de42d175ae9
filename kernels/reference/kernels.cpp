#include "kernels/backends.h"
#include "kernels/reference/reference.h"

namespace triptych::reference {

const Kernels kernels = {
    .name = "reference",
    .description = "textbook loops with double accumulators: the judge of the other devices; slow",
    .host_memory = true,
#define KERNEL(result, name, parameters) .name = name,
#include "kernels/list.h"
};

}  // namespace triptych::reference
