#pragma once
#include <string>
#include <string_view>

namespace triptych::ptx {

// "gemm_kernel<64, 64>" from the mangled name of a kernel: without namespace, return type and parameters.
std::string readable_name(std::string_view mangled);

// "tile_a" from the mangled name of an array that is local to a kernel.
std::string readable_array(std::string_view mangled);

}  // namespace triptych::ptx
