#pragma once
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/laboratory/tokens.h"

namespace triptych::laboratory {

// The tokens of a text, by their numbers, and what belongs together by its brackets.
class TokenList {
 public:
  explicit TokenList(std::string_view text) : text_(text), tokens_(tokenize(text)) {}

  std::string_view text() const { return text_; }
  const Token& token(std::size_t n) const { return tokens_[std::min(n, tokens_.size() - 1)]; }
  std::string_view between(std::size_t first, std::size_t last) const {  // tokens first .. last - 1
    if (first >= last) return {};
    return text_.substr(token(first).at, token(last - 1).end() - token(first).at);
  }
  // The same on one line, without comments.
  std::string joined(std::size_t first, std::size_t last) const;

  // The token behind the one that closes what token `open` opens.
  std::size_t behind(std::size_t open) const;
  // The same for a list of template parameters or arguments; `open` is its <.
  std::size_t behind_angles(std::size_t open) const;
  // The token that opens what token `close` closes; of template arguments, or `close` itself.
  std::size_t before(std::size_t close) const;
  std::size_t before_angles(std::size_t close) const;

 private:
  std::string_view text_;
  std::vector<Token> tokens_;
};

}  // namespace triptych::laboratory
