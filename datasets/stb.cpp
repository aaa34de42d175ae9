// The body of stb_image, compiled once and apart from our own code, which is free of warnings.
#include <cstdlib>

#include "datasets/decoder.h"

namespace {

void* resize_block(void* block, std::size_t bytes) {
  if (bytes > triptych::decoder::largest_block) {
    triptych::decoder::refused = true;
    return nullptr;
  }
  return std::realloc(block, bytes);
}

}  // namespace

#define STBI_MALLOC(bytes) resize_block(nullptr, bytes)
#define STBI_REALLOC(block, bytes) resize_block(block, bytes)
#define STBI_FREE(block) std::free(block)

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_FAILURE_USERMSG
#define STBI_NO_STDIO
#include <stb/stb_image.h>
#pragma GCC diagnostic pop
