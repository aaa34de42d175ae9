#pragma once
#include <filesystem>
#include <span>

#include "kernels/real.h"

namespace triptych {

// values [rows, columns] as a .npy file, version 1.0, little-endian float32, row-major: numpy.load reads it.
void write_npy(const std::filesystem::path& file, Index rows, Index columns, std::span<const Real> values);

}  // namespace triptych
