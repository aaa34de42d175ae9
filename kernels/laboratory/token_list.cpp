#include "kernels/laboratory/token_list.h"

namespace triptych::laboratory {

using Kind = Token::Kind;

std::string TokenList::joined(std::size_t first, std::size_t last) const {
  std::string line;
  for (std::size_t i = first; i < last; ++i) {
    if (i > first && token(i).at != token(i - 1).end()) line += ' ';
    line += token(i).text;
  }
  return line;
}

std::size_t TokenList::behind(std::size_t open) const {
  int depth = 0;
  for (std::size_t i = open; token(i).kind != Kind::end; ++i) {
    const std::string_view t = token(i).text;
    if (t == "(" || t == "[" || t == "{") ++depth;
    if (t == ")" || t == "]" || t == "}") --depth;
    if (depth == 0) return i + 1;
  }
  return tokens_.size() - 1;
}

std::size_t TokenList::behind_angles(std::size_t open) const {
  int depth = 0;
  for (std::size_t i = open; token(i).kind != Kind::end; ++i) {
    const std::string_view t = token(i).text;
    if (t == "(" || t == "[" || t == "{") {
      i = behind(i) - 1;
      continue;
    }
    if (t == "<") ++depth;
    if (t == ">" && --depth == 0) return i + 1;
    if (t == ";") break;
  }
  return open;
}

std::size_t TokenList::before_angles(std::size_t close) const {
  int depth = 0;
  for (std::size_t i = close + 1; i-- > 0;) {
    const std::string_view t = token(i).text;
    if (t == ">") ++depth;
    if (t == "<" && --depth == 0) return i;
    if (t == ";" || t == "{" || t == "}") break;
  }
  return close;
}

std::size_t TokenList::before(std::size_t close) const {
  int depth = 0;
  for (std::size_t i = close + 1; i-- > 0;) {
    const std::string_view t = token(i).text;
    if (t == ")" || t == "]" || t == "}") ++depth;
    if ((t == "(" || t == "[" || t == "{") && --depth == 0) return i;
  }
  return close;
}

}  // namespace triptych::laboratory
