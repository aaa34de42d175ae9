#include "kernels/cpu/table.h"

#include "kernels/complete.h"
#include "kernels/cpu/microkernel.h"

namespace triptych::cpu::TRIPTYCH_ISA {

// Kernels that this folder does not have (kernels/complete.h).
constexpr const char* not_yet[] = {""};

static_assert(tile_rows == (registers == 32 ? 14 : 6) && tile_vectors == 2,
              "the description below names the tiles");

const Kernels table = {
    .name = "cpu",
    .description = lanes == 16       ? "AVX-512, tiles of 14x32 and 9x48"
                   : lanes == 8      ? "AVX2, tiles of 6x16 and 4x24"
                   : registers == 32 ? "NEON, tiles of 14x8 and 9x12"
                                     : "portable vectors of 4, tiles of 6x8 and 4x12",
    .host_memory = true,
#define KERNEL(result, name, parameters) .name = TRIPTYCH_ENTRY(name),
#define MEMORY_KERNEL(result, name, parameters) .name = nullptr,
#include "kernels/list.h"
};

}  // namespace triptych::cpu::TRIPTYCH_ISA
