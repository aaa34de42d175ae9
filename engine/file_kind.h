#pragma once
#include <cstddef>

namespace triptych {

// The number of bytes that file_kind (engine/file.h) reads.
inline constexpr std::size_t file_kind_bytes = 512;

}  // namespace triptych
