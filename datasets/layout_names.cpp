// What the names of image files say in the layouts of layouts.h.
#include <algorithm>
#include <charconv>

#include "datasets/layouts.h"

namespace triptych {
namespace {

std::size_t count_digits(std::string_view s) {
  return std::min(s.find_first_not_of("0123456789"), s.size());
}

// "T0003F004" with the mark T -> 3, and what follows the number stays.
std::optional<Index> take_number(std::string_view& text, char mark) {
  if (text.empty() || text.front() != mark) return {};
  const std::size_t digits = count_digits(text.substr(1));
  constexpr std::size_t most = 12;  // digits: no frame has a longer number
  if (digits == 0 || digits > most) return {};
  Index number = 0;
  std::from_chars(text.data() + 1, text.data() + 1 + digits, number);
  text.remove_prefix(1 + digits);
  return number;
}

}  // namespace

std::optional<std::string> number_after(std::string_view stem, std::string_view word) {
  if (!stem.starts_with(word)) return {};
  stem.remove_prefix(word.size());
  if (stem.empty() || count_digits(stem) != stem.size()) return {};
  return std::string(stem);
}

std::optional<std::string> number_before_angle(std::string_view stem) {
  const std::size_t digits = count_digits(stem);
  if (digits == 0 || digits + 1 >= stem.size() || stem[digits] != '_') return {};
  const std::string_view angle = stem.substr(digits + 1);
  if (count_digits(angle) != angle.size()) return {};
  return std::string(stem.substr(0, digits));
}

std::optional<MarketName> parse_market_name(std::string_view stem) {
  const std::size_t sign = stem.starts_with("-") ? 1 : 0;
  const std::size_t identity = sign + count_digits(stem.substr(sign));
  if (identity == sign || !stem.substr(identity).starts_with("_c")) return {};
  const std::string_view rest = stem.substr(identity + 2);
  const std::size_t camera = count_digits(rest);
  if (camera == 0 || (camera < rest.size() && rest[camera] != 's' && rest[camera] != '_')) return {};
  MarketName name{std::string(stem.substr(0, identity)), std::string(rest.substr(0, camera))};
  std::string_view tail = rest.substr(camera);
  const auto sequence = take_number(tail, 's'), frame = take_number(tail, '_');
  // A detector may find one person twice in one frame, 451_03 and 451_04: these come one after the other.
  const auto detection = take_number(tail, '_');
  if (sequence && frame) name.sequence = *sequence, name.frame = 100 * *frame + detection.value_or(0) % 100;
  return name;
}

std::optional<MarketName> parse_mars_name(std::string_view stem) {
  constexpr std::size_t identity = 4;  // characters: 0001, or 00-1 for junk
  const bool junk = stem.starts_with("00-1");
  if (stem.size() <= identity || (!junk && count_digits(stem.substr(0, identity)) != identity)) return {};
  std::string_view tail = stem.substr(identity);
  const auto camera = take_number(tail, 'C'), sequence = take_number(tail, 'T'),
             frame = take_number(tail, 'F');
  if (!camera || !sequence || !frame || !tail.empty()) return {};
  return MarketName{std::string(stem.substr(0, identity)), std::to_string(*camera), *sequence, *frame};
}

}  // namespace triptych
