#pragma once
#include <charconv>
#include <cstdint>
#include <string_view>

#include "kernels/ptx/fault.h"

namespace triptych::ptx {

// The bits of a PTX number: 42, -7 (two's complement), 0x1F, and floats by their bits: 0f3F800000 is 1.0f in
// 32 bits, 0d3FF0000000000000 is 1.0 in 64. A suffix U is allowed.
inline std::uint64_t parse_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  std::string_view digits = text.substr(negative ? 1 : 0);
  int base = 10;
  for (std::string_view prefix : {"0x", "0X", "0f", "0F", "0d", "0D"})
    if (digits.starts_with(prefix)) base = 16;
  if (base == 16) digits.remove_prefix(2);
  if (base == 10 && digits.ends_with('U')) digits.remove_suffix(1);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc{} || end != digits.data() + digits.size())
    fault("'{}' is not a number of PTX", text);
  return negative ? 0 - value : value;
}

}  // namespace triptych::ptx
