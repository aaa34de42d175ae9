#pragma once
#include <string_view>
#include <vector>

namespace triptych::ptx {

// The tokens of PTX:
//   word         ld.global.v4.f32   %tid.x   .reg   $L__BB0_2      (dots and the sigils % $ _ are part of it)
//   number       42   -7   0x1F   9.0   0f3F800000 (the bits of a float)   0d3FF0000000000000 (of a double)
//   string       "kernels/cuda/gemm.cu"
//   punctuation  , ; : { } [ ] ( ) < > = + @ ! |
// Comments are those of C++. Line ends matter only for .loc and a few other directives, which they terminate.
struct Token {
  enum class Kind { word, number, string, punctuation, end } kind;
  std::string_view text;  // of a string: without quotes
  int line;               // in the PTX text, from 1

  bool is(std::string_view what) const { return text == what && kind != Kind::string; }
};

// The tokens of `text`, ending with one of kind end; they refer to its memory. Throws Fault at a character
// that PTX does not have.
std::vector<Token> tokenize(std::string_view text);

}  // namespace triptych::ptx
