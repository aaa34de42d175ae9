#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "kernels/context.h"
#include "kernels/kernels.h"

// What a program and a module of kernels (kernels/cuda) must agree on: the list of kernels and the size of
// what they are given. A module of another build has other positions in the table, so it is told apart before
// anything is called.
namespace triptych {

namespace interface_detail {
// FNV-1a
constexpr std::uint64_t hash(std::string_view text, std::uint64_t state = 0xcbf29ce484222325u) {
  for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return state;
}
constexpr std::uint64_t hash(std::uint64_t number, std::uint64_t state) {
  for (int i = 0; i < 8; ++i, number >>= 8) state = (state ^ (number & 0xff)) * 0x100000001b3u;
  return state;
}
}  // namespace interface_detail

// "triptych kernels 0123456789abcdef", with the hash of kernels/list.h and of the sizes.
constexpr std::array<char, 34> kernel_interface() {
  using interface_detail::hash;
  std::uint64_t state = hash("");
#define KERNEL(result, name, parameters) state = hash(#result " " #name #parameters, state);
#include "kernels/list.h"
  for (const std::uint64_t size :
       {sizeof(Kernels), sizeof(Context), sizeof(ConvolutionShape), sizeof(PoolShape), sizeof(StripShape),
        sizeof(RecurrentShape), sizeof(StridedShape), sizeof(PatchMatchShape), sizeof(ParameterSlice),
        sizeof(ArraySlice), sizeof(WeightedArray)})
    state = hash(size, state);
  std::array<char, 34> text{};
  std::size_t at = 0;
  for (const char c : std::string_view("triptych kernels ")) text[at++] = c;
  for (int i = 60; i >= 0; i -= 4) text[at++] = "0123456789abcdef"[state >> i & 15];
  return text;
}

}  // namespace triptych
