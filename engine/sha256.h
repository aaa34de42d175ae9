#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace triptych {

// SHA-256 (FIPS 180-4) of a stream of bytes. Keys of stored results are made of it: two inputs that differ
// in a bit have different digests for all practical purposes, which a 64-bit checksum does not promise.
class Sha256 {
 public:
  using Digest = std::array<std::uint8_t, 32>;

  Sha256& add(const void* data, std::size_t size);
  // The length goes in before the bytes, so that "ab" + "c" and "a" + "bc" differ.
  Sha256& add(std::string_view text);
  Sha256& add(std::uint64_t number);  // eight bytes, the lowest first

  Digest digest() const;    // of all that was added so far
  std::string hex() const;  // 64 digits

 private:
  void block(const std::uint8_t* bytes);

  std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::uint8_t, 64> pending_{};
  std::uint64_t bytes_ = 0;
};

std::string hex(const Sha256::Digest& digest);

}  // namespace triptych
