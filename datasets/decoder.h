#pragma once
#include <cstddef>

// How much memory stb_image may take in one piece, for the image that this thread decodes: a PNG of 10 x 10
// could otherwise inflate to gigabytes. Set by decode_image; the allocator of datasets/stb.cpp refuses more.
namespace triptych::decoder {

inline thread_local std::size_t largest_block = std::size_t(1) << 20;
inline thread_local bool refused = false;

}  // namespace triptych::decoder
