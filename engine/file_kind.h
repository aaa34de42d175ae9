#pragma once
#include <cstddef>

namespace triptych {

// How many bytes of a file file_kind (engine/file.h) looks at.
inline constexpr std::size_t file_kind_bytes = 512;

}  // namespace triptych
