#pragma once
#include <string_view>
#include <vector>

namespace triptych::laboratory {

// A token of C++ as far as rewriting needs it. Comments and blanks are left out; a directive other than
// #define and #include is one token.
struct Token {
  enum class Kind { word, number, text, punctuation, directive, end } kind;
  std::string_view text;
  std::size_t at;  // its position in the source
  int line;
  bool in_directive = false;  // the body of a #define
  bool is(std::string_view what) const { return text == what; }
  std::size_t end() const { return at + text.size(); }
};

// The last token is one of kind `end`. `<<<`, `::`, `->` and `...` are single tokens; other punctuation comes
// character by character.
std::vector<Token> tokenize(std::string_view source);

}  // namespace triptych::laboratory
