#include "kernels/ptx/lexer.h"

#include <algorithm>
#include <cctype>

#include "kernels/ptx/fault.h"

namespace triptych::ptx {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool starts_word(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || c == '$' || c == '%' || c == '.';
}
bool continues_word(char c) {
  return starts_word(c) || is_digit(c);
}
bool continues_number(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '.';
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> run() {
    std::vector<Token> tokens;
    tokens.reserve(text_.size() / 5);
    do tokens.push_back(next());
    while (tokens.back().kind != Token::Kind::end);
    return tokens;
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void skip_to(std::size_t position) {
    position = std::min(position, text_.size());
    line_ += static_cast<int>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                         text_.begin() + static_cast<std::ptrdiff_t>(position), '\n'));
    at_ = position;
  }

  void skip_blanks_and_comments() {
    for (;;) {
      if (text_.substr(at_, 2) == "//")
        skip_to(text_.find('\n', at_));
      else if (text_.substr(at_, 2) == "/*")
        skip_to(text_.find("*/", at_ + 2) + 2);
      else if (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])))
        skip_to(at_ + 1);
      else
        return;
    }
  }

  template <class Continues>
  Token take(Token::Kind kind, Continues continues) {
    std::size_t end = at_ + 1;
    while (end < text_.size() && continues(text_[end])) ++end;
    const Token token{kind, text_.substr(at_, end - at_), line_};
    at_ = end;
    return token;
  }

  Token take_string() {
    const std::size_t end = text_.find('"', at_ + 1);
    if (end == std::string_view::npos) fault("PTX line {}: a string without its closing quote", line_);
    const Token token{Token::Kind::string, text_.substr(at_ + 1, end - at_ - 1), line_};
    skip_to(end + 1);
    return token;
  }

  Token next() {
    skip_blanks_and_comments();
    if (at_ == text_.size()) return {Token::Kind::end, {}, line_};
    const char c = peek();
    if (c == '"') return take_string();
    if (is_digit(c) || (c == '-' && is_digit(peek(1)))) return take(Token::Kind::number, continues_number);
    if (starts_word(c)) return take(Token::Kind::word, continues_word);
    return take(Token::Kind::punctuation, [](char) { return false; });
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
};

}  // namespace

std::vector<Token> tokenize(std::string_view text) {
  return Lexer(text).run();
}

}  // namespace triptych::ptx
