#pragma once
#include <cstdint>
#include <span>
#include <string>

namespace triptych {

// RFC 4648: three bytes as four characters, filled up with '='.
std::string base64(std::span<const std::uint8_t> bytes);

}  // namespace triptych
