#pragma once
#include <string_view>
#include <vector>

namespace triptych::ptx {

// PTX is text of a simple shape:
//   word         ld.global.v4.f32   %tid.x   .reg   $L__BB0_2      (dots and the sigils % $ _ belong to the word)
//   number       42   -7   0x1F   9.0   0f3F800000 (a float by its bits)   0d3FF0000000000000 (a double)
//   string       "kernels/cuda/gemm.cu"
//   punctuation  , ; : { } [ ] ( ) < > = + @ ! |
// Comments are C++'s. Lines matter in one place: .loc and a few other directives end with theirs.
struct Token {
  enum class Kind { word, number, string, punctuation, end } kind;
  std::string_view text;  // of a string: without its quotes
  int line;               // in the PTX, from 1

  bool is(std::string_view what) const { return text == what && kind != Kind::string; }
};

// The tokens of `text`, the last of them of kind end; they point into it. Throws Fault at a character PTX
// does not have.
std::vector<Token> tokenize(std::string_view text);

}  // namespace triptych::ptx
