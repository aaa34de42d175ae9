#include "engine/print.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ostream>
#include <vector>

namespace triptych {
namespace {

constexpr std::size_t line_width = 75;
constexpr Index most_elements = 1000, edge = 3;  // of a longer array, so many at either end of an axis
constexpr int most_digits = 8;

// The value in fixed or scientific notation with the fewest digits that identify it, at most 8 after the
// point, or exactly `digits`. Always with a point: "1.", "0.5", "2.e-05".
std::string number(Real value, std::chars_format format, int digits = -1) {
  char buffer[512];
  const auto convert = [&](int precision) {
    const auto end = precision < 0 ? std::to_chars(buffer, buffer + sizeof buffer, value, format)
                                   : std::to_chars(buffer, buffer + sizeof buffer, value, format, precision);
    return std::string(buffer, end.ptr);
  };
  std::string result = convert(digits);
  std::size_t exponent = std::min(result.find('e'), result.size());
  const std::size_t point = result.find('.');
  if (point == std::string::npos) {
    result.insert(exponent, ".");
  } else if (digits < 0 && exponent - point - 1 > most_digits) {
    result = convert(most_digits);
    exponent = std::min(result.find('e'), result.size());
    const std::size_t last = result.find_last_not_of('0', exponent - 1);
    result.erase(last + 1, exponent - last - 1);
  }
  return result;
}

// The common format of an array's values, so that they align; derived from the values that are shown.
class Format {
 public:
  explicit Format(const std::vector<Real>& shown) {
    Real largest = 0, smallest = 0;
    for (const Real value : shown) {
      const Real size = std::abs(value);
      if (!std::isfinite(value) || size == 0) continue;
      largest = std::max(largest, size), smallest = smallest == 0 ? size : std::min(smallest, size);
    }
    scientific_ =
        largest >= Real(1e8) || (largest > 0 && (smallest < Real(1e-4) || largest / smallest > 1000));
    for (const Real value : shown)
      if (std::isfinite(value)) measure(number(value, notation()));
    for (const Real value : shown)
      if (!std::isfinite(value))
        left_ = std::max(left_, name(value).size() - std::min(name(value).size(), right_ + 1));
  }

  std::string operator()(Real value) const {
    if (!std::isfinite(value)) return padded_left(name(value), left_ + right_ + 1);
    std::string word = number(value, notation(), scientific_ ? int(fraction_) : -1);
    word = padded_left(word, left_ + word.size() - word.find('.'));
    return word + std::string(left_ + 1 + right_ - std::min(word.size(), left_ + 1 + right_), ' ');
  }

 private:
  std::chars_format notation() const {
    return scientific_ ? std::chars_format::scientific : std::chars_format::fixed;
  }
  static std::string name(Real value) { return std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf"; }
  static std::string padded_left(const std::string& word, std::size_t width) {
    return std::string(width - std::min(width, word.size()), ' ') + word;
  }
  void measure(const std::string& word) {
    const std::size_t point = word.find('.'), exponent = std::min(word.find('e'), word.size());
    left_ = std::max(left_, point);
    fraction_ = std::max(fraction_, exponent - point - 1);
    right_ = std::max(right_, fraction_ + word.size() - exponent);
  }

  bool scientific_;
  std::size_t left_ = 0, right_ = 0,
              fraction_ = 0;  // characters before the point, after it, and digits after it
};

// Lays out the texts of the elements in the array's shape. `word(element)` is an element's text.
template <class Word>
class Layout {
 public:
  Layout(const Shape& shape, const Word& word)
      : shape_(shape), word_(word), shortened_(shape.elements() > most_elements) {}

  // The part from the flat position `first` along `axis`, indented by `indent` where it breaks into lines.
  std::string operator()(int axis, Index first, const std::string& indent, std::size_t width) const {
    if (axis == shape_.axes()) return word_(first);
    std::string body =
        axis + 1 == shape_.axes() ? row(axis, first, indent, width) : rows(axis, first, indent, width);
    return "[" + (body.empty() ? body : body.substr(indent.size())) + "]";
  }

  // Calls visit(position along the axis), or visit(-1) for an ellipsis.
  template <class Visit>
  void along(int axis, const Visit& visit) const {
    const Index size = shape_[axis];
    const bool cut = shortened_ && size > 2 * edge;
    for (Index i = 0; i < size; ++i) {
      if (cut && i == edge) visit(-1), i = size - edge;
      visit(i);
    }
  }

 private:
  std::string row(int axis, Index first, const std::string& indent, std::size_t width) const {
    std::string done, line = indent;
    along(axis, [&](Index i) {
      const std::string next = i < 0 ? "..." : word_(first + i);
      if (line.size() > indent.size()) line += ' ';
      if (line.size() > indent.size() && line.size() + next.size() > width - 1) {
        done += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
        line = indent;
      }
      line += next;
    });
    return shape_[axis] == 0 ? "" : done + line;
  }

  std::string rows(int axis, Index first, const std::string& indent, std::size_t width) const {
    std::string body;
    along(axis, [&](Index i) {
      if (!body.empty()) body += std::string(static_cast<std::size_t>(shape_.axes() - axis - 1), '\n');
      body += indent +
              (i < 0 ? "..." : (*this)(axis + 1, first + i * shape_.stride(axis), indent + " ", width - 1));
    });
    return body;
  }

  const Shape& shape_;
  const Word& word_;
  bool shortened_;
};

// The elements that are shown, for the widths of their columns.
template <class T, class Visit>
void for_each_shown(const Shape& shape, int axis, Index first, const std::vector<T>& values,
                    const Visit& visit) {
  if (axis == shape.axes()) return visit(values[static_cast<std::size_t>(first)]);
  const auto none = [](Index) { return std::string(); };
  Layout<decltype(none)>(shape, none).along(axis, [&](Index i) {
    if (i >= 0) for_each_shown(shape, axis + 1, first + i * shape.stride(axis), values, visit);
  });
}

template <class Word>
std::string lay_out(const Shape& shape, const Word& word) {
  return Layout<Word>(shape, word)(0, 0, " ", line_width);
}

template <class T>
std::string integers(const Shape& shape, const std::vector<T>& values) {
  std::size_t width = 0;
  for_each_shown(shape, 0, 0, values,
                 [&](T value) { width = std::max(width, std::to_string(value).size()); });
  return lay_out(shape, [&](Index i) {
    const std::string digits = std::to_string(values[static_cast<std::size_t>(i)]);
    return std::string(width - digits.size(), ' ') + digits;
  });
}

}  // namespace

std::string text(const Tensor& tensor) {
  if (!tensor) return "(no tensor)";
  const Shape& shape = tensor.shape();
  if (tensor.type() == Type::byte) return integers(shape, tensor.byte_values());
  if (tensor.type() == Type::int32) return integers(shape, tensor.int32_values());
  const std::vector<Real> values = tensor.values();
  std::vector<Real> shown;
  for_each_shown(shape, 0, 0, values, [&](Real value) { shown.push_back(value); });
  const Format format(shown);
  return lay_out(shape, [&](Index i) { return format(values[static_cast<std::size_t>(i)]); });
}

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) {
  return out << text(tensor);
}

}  // namespace triptych
