#include "kernels/laboratory/tokens.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace triptych::laboratory {
namespace {

bool starts_word(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || c == '$';
}
bool continues_word(char c) {
  return starts_word(c) || std::isdigit(static_cast<unsigned char>(c));
}

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  std::vector<Token> run() {
    while (skip_blanks(), at_ < source_.size()) next();
    tokens_.push_back({Token::Kind::end, {}, source_.size(), line_});
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }

  void advance(std::size_t count) {
    const std::size_t end = std::min(at_ + count, source_.size());
    for (; at_ < end; ++at_)
      if (source_[at_] == '\n') ++line_;
  }
  void advance_to(std::size_t position) { advance(std::min(position, source_.size()) - at_); }

  void skip_blanks() {
    for (;;) {
      const char c = peek();
      if (c == '\n') {
        in_define_ = false;
        at_line_start_ = true;
        advance(1);
      } else if (c == '\\' && (peek(1) == '\n' || (peek(1) == '\r' && peek(2) == '\n'))) {
        advance(peek(1) == '\n' ? 2 : 3);
      } else if (std::isspace(static_cast<unsigned char>(c))) {
        advance(1);
      } else if (c == '/' && peek(1) == '/') {
        advance_to(source_.find('\n', at_));
      } else if (c == '/' && peek(1) == '*') {
        advance_to(source_.find("*/", at_ + 2) + 2);
      } else {
        return;
      }
    }
  }

  void take(Token::Kind kind, std::size_t length) {
    tokens_.push_back({kind, source_.substr(at_, length), at_, line_, in_define_});
    advance(tokens_.back().text.size());
  }

  // The end of a directive: that of its line, or of the line that a backslash continues it on.
  std::size_t end_of_directive() const {
    std::size_t end = at_;
    do end = source_.find('\n', end + 1);
    while (end != std::string_view::npos &&
           (source_[end - 1] == '\\' || (source_[end - 1] == '\r' && source_[end - 2] == '\\')));
    return std::min(end, source_.size());
  }

  std::size_t length_of_word(std::size_t at) const {
    std::size_t end = at;
    while (end < source_.size() && continues_word(source_[end])) ++end;
    return end - at;
  }

  void take_directive() {
    std::size_t word = at_ + 1;
    while (word < source_.size() && (source_[word] == ' ' || source_[word] == '\t')) ++word;
    if (source_.substr(word, length_of_word(word)) != "define")
      return take(Token::Kind::directive, end_of_directive() - at_);
    // #define NAME(parameters): the body is tokens.
    std::size_t end = word + 6;
    while (end < source_.size() && (source_[end] == ' ' || source_[end] == '\t')) ++end;
    end += length_of_word(end);
    if (end < source_.size() && source_[end] == '(')
      end = std::min(source_.find(')', end), source_.size() - 1) + 1;
    take(Token::Kind::directive, end - at_);
    in_define_ = true;
  }

  std::size_t length_of_quoted(char quote) const {
    std::size_t end = at_ + 1;
    while (end < source_.size() && source_[end] != quote && source_[end] != '\n')
      end += source_[end] == '\\' ? 2 : 1;
    return end + 1 - at_;
  }

  void next() {
    const char c = peek();
    const bool first = at_line_start_;
    at_line_start_ = false;
    if (c == '#' && first) return take_directive();
    if (c == '"') return take(Token::Kind::text, length_of_quoted('"'));
    if (c == '\'') return take(Token::Kind::text, length_of_quoted('\''));
    if (starts_word(c)) {
      const std::size_t length = length_of_word(at_);
      const std::string_view word = source_.substr(at_, length);
      if (peek(length) == '"' && word.ends_with('R')) return take_raw_string(length);
      return take(Token::Kind::word, length);
    }
    if (std::isdigit(static_cast<unsigned char>(c)) ||
        (c == '.' && std::isdigit(static_cast<unsigned char>(peek(1)))))
      return take_number();
    for (const std::string_view several : {"<<<", "...", "::", "->"})
      if (source_.substr(at_, several.size()) == several)
        return take(Token::Kind::punctuation, several.size());
    take(Token::Kind::punctuation, 1);
  }

  void take_number() {
    std::size_t end = at_ + 1;
    const auto belongs = [&](char c) {
      const char before = source_[end - 1];
      const bool exponent = before == 'e' || before == 'E' || before == 'p' || before == 'P';
      return continues_word(c) || c == '.' || (c == '\'' && end + 1 < source_.size()) ||
             ((c == '+' || c == '-') && exponent && source_.substr(at_, 2) != "0x");
    };
    while (end < source_.size() && belongs(source_[end])) ++end;
    take(Token::Kind::number, end - at_);
  }

  void take_raw_string(std::size_t prefix) {
    const std::size_t open = source_.find('(', at_ + prefix);
    if (open == std::string_view::npos) return take(Token::Kind::text, source_.size() - at_);
    const std::string mark =
        ")" + std::string(source_.substr(at_ + prefix + 1, open - at_ - prefix - 1)) + "\"";
    const std::size_t end = source_.find(mark, open);
    take(Token::Kind::text, (end == std::string_view::npos ? source_.size() : end + mark.size()) - at_);
  }

  std::string_view source_;
  std::size_t at_ = 0;
  int line_ = 1;
  bool in_define_ = false, at_line_start_ = true;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view source) {
  return Lexer(source).run();
}

}  // namespace triptych::laboratory
