#pragma once
#include <cstdint>

namespace triptych {

// Streams of random numbers in training (engine/random.h), so that no purpose disturbs another.
enum Stream : std::uint64_t { sampling = 11, augmenting, dropping, mining, identity_start };

}  // namespace triptych
