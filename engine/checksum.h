#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace triptych {

inline constexpr std::uint64_t checksum_start = 0xCBF29CE484222325ull;

// FNV-1a over 64-bit words, the last one padded with zeros; the length is hashed first. It detects damage,
// not tampering. `hash` continues an earlier checksum.
inline std::uint64_t checksum(const void* data, std::size_t size, std::uint64_t hash = checksum_start) {
  const auto mix = [&hash](std::uint64_t word) {
    hash = (hash ^ word) * 0x100000001B3ull;
    hash ^= hash >> 29;  // the product carries changes upwards only
  };
  mix(size);
  const char* bytes = static_cast<const char*>(data);
  for (std::size_t i = 0; i < size; i += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + i, std::min(sizeof word, size - i));
    mix(word);
  }
  return hash;
}

}  // namespace triptych
