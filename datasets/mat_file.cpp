#include "datasets/mat_file.h"

#include <stb/stb_image.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "datasets/image_format.h"
#include "engine/error.h"

namespace triptych {
namespace {

using format::Bytes;

// Types of data elements, and classes of arrays, by the numbers of the format.
enum Type : std::uint32_t {
  int8 = 1,
  uint8 = 2,
  int16 = 3,
  uint16 = 4,
  int32 = 5,
  uint32 = 6,
  float32 = 7,
  float64 = 9,
  matrix = 14,
  compressed = 15,
  utf8 = 16,
  utf16 = 17
};
enum Class : std::uint8_t {
  cell_class = 1,
  text_class = 4,
  sparse_class = 5,
  first_number_class = 6,
  last_number_class = 15
};
constexpr std::uint8_t complex_flag = 8;

struct Element {
  std::uint32_t type;
  Bytes data;
};

// Reads one element after the other out of `rest`.
class Elements {
 public:
  Elements(Bytes bytes, std::string_view origin) : rest_(bytes), origin_(origin) {}

  bool empty() const { return rest_.empty(); }

  // A tag is a type and a size, 4 bytes each; of an element of up to 4 bytes, both stand in the first 4 and
  // the data in the next. Elements are padded to 8 bytes, compressed ones are not.
  Element next() {
    require(rest_.size() >= 8, "{}: the MAT file is cut off", origin_);
    const std::uint32_t word = format::little32(rest_, 0);
    if (const std::uint32_t size = word >> 16; size > 0) {
      require(size <= 4, "{}: a small element of the MAT file has {} bytes, and 4 is the most", origin_,
              size);
      const Element element{word & 0xffff, rest_.subspan(4, size)};
      rest_ = rest_.subspan(8);
      return element;
    }
    const std::size_t size = format::little32(rest_, 4);
    require(size <= rest_.size() - 8, "{}: the MAT file is cut off", origin_);
    const Element element{word, rest_.subspan(8, size)};
    const std::size_t padded = word == compressed ? size : (size + 7) / 8 * 8;
    rest_ = rest_.subspan(std::min(8 + padded, rest_.size()));
    return element;
  }

  Element next(std::uint32_t type, const char* what) {
    const Element element = next();
    require(element.type == type, "{}: {} of a variable has the type {}, not {}", origin_, what, element.type,
            type);
    return element;
  }

 private:
  Bytes rest_;
  std::string_view origin_;
};

template <class T>
std::vector<double> as_doubles(Bytes data) {
  std::vector<double> values(data.size() / sizeof(T));
  for (std::size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, data.data() + i * sizeof(T), sizeof(T));
    values[i] = static_cast<double>(value);
  }
  return values;
}

// MATLAB stores a matrix of doubles in the smallest type that holds its values.
std::vector<double> numbers_of(const Element& element, std::string_view origin) {
  switch (element.type) {
    case int8:
      return as_doubles<std::int8_t>(element.data);
    case uint8:
      return as_doubles<std::uint8_t>(element.data);
    case int16:
      return as_doubles<std::int16_t>(element.data);
    case uint16:
      return as_doubles<std::uint16_t>(element.data);
    case int32:
      return as_doubles<std::int32_t>(element.data);
    case uint32:
      return as_doubles<std::uint32_t>(element.data);
    case float32:
      return as_doubles<float>(element.data);
    case float64:
      return as_doubles<double>(element.data);
    default:
      fail("{}: a matrix of the MAT file has elements of the unknown type {}", origin, element.type);
  }
}

std::string text_of(const Element& element, std::string_view origin) {
  if (element.type == utf8 || element.type == uint8 || element.type == int8)
    return {reinterpret_cast<const char*>(element.data.data()), element.data.size()};
  require(element.type == uint16 || element.type == utf16,
          "{}: text of the MAT file has characters of the unknown type {}", origin, element.type);
  std::string text;
  for (std::size_t i = 0; i + 1 < element.data.size(); i += 2) {
    const std::uint32_t character = format::little16(element.data, i);
    require(character < 128, "{}: text of the MAT file has a character beyond ASCII", origin);
    text += static_cast<char>(character);
  }
  return text;
}

struct Array {
  std::string name;
  std::uint8_t kind = 0, flags = 0;
  std::size_t count = 1;  // elements
  Elements content;       // what follows the name
};

// The head of a variable: flags, dimensions, name.
Array array_of(Bytes data, std::string_view origin) {
  Elements elements(data, origin);
  const Element flags = elements.next(uint32, "the flags");
  require(flags.data.size() == 8, "{}: the flags of a variable have {} bytes, not 8", origin,
          flags.data.size());
  const Element sizes = elements.next(int32, "the size");
  std::size_t count = 1;
  for (std::size_t i = 0; i + 4 <= sizes.data.size(); i += 4) {
    const std::uint32_t size = format::little32(sizes.data, i);
    require(size <= largest_mat_variable && count * size <= largest_mat_variable,
            "{}: a variable of the MAT file says that it has more than {} elements", origin,
            largest_mat_variable);
    count *= size;
  }
  const Element name = elements.next(int8, "the name");
  return {{reinterpret_cast<const char*>(name.data.data()), name.data.size()},
          flags.data[0],
          flags.data[1],
          count,
          elements};
}

bool holds_numbers(const Array& array) {
  return array.kind >= first_number_class && array.kind <= last_number_class && !(array.flags & complex_flag);
}

std::vector<std::string> texts_of(Array cells, std::string_view origin) {
  std::vector<std::string> texts;
  while (!cells.content.empty()) {
    Array cell = array_of(cells.content.next(matrix, "a cell").data, origin);
    if (cell.kind != text_class) return {};
    texts.push_back(cell.content.empty() ? "" : text_of(cell.content.next(), origin));
  }
  require(texts.size() == cells.count, "{}: {} has {} cells, and says that it has {}", origin, cells.name,
          texts.size(), cells.count);
  return texts;
}

// zlib's stream. Deflate makes at most 1032 bytes of one.
std::vector<std::uint8_t> inflated(Bytes data, std::string_view origin) {
  require(data.size() <= largest_mat_variable, "{}: a variable of the MAT file is larger than {} MiB", origin,
          largest_mat_variable >> 20);
  std::vector<std::uint8_t> bytes(std::min(data.size() * 1032, largest_mat_variable));
  const int size =
      stbi_zlib_decode_buffer(reinterpret_cast<char*>(bytes.data()), static_cast<int>(bytes.size()),
                              reinterpret_cast<const char*>(data.data()), static_cast<int>(data.size()));
  require(size >= 0, "{}: a compressed variable of the MAT file is damaged, or larger than {} MiB", origin,
          largest_mat_variable >> 20);
  bytes.resize(static_cast<std::size_t>(size));
  return bytes;
}

void read_variable(Bytes data, std::string_view origin, std::map<std::string, MatVariable>& variables) {
  Array array = array_of(data, origin);
  MatVariable variable;
  if (holds_numbers(array)) {
    if (array.count > 0) variable.numbers = numbers_of(array.content.next(), origin);
    require(variable.numbers.size() == array.count, "{}: {} has {} numbers, and says that it has {}", origin,
            array.name, variable.numbers.size(), array.count);
  } else if (array.kind == cell_class) {
    variable.texts = texts_of(array, origin);
  } else {
    return;
  }
  variables[array.name] = std::move(variable);
}

}  // namespace

std::map<std::string, MatVariable> read_mat(Bytes bytes, std::string_view origin) {
  static_assert(std::endian::native == std::endian::little);
  constexpr std::size_t header = 128;
  require(bytes.size() >= header && bytes[126] == 'I' && bytes[127] == 'M' && bytes[125] == 1,
          "{} is not a MAT file of level 5 with its bytes in Intel's order; write it in MATLAB with "
          "save(..., '-v7')",
          origin);
  std::map<std::string, MatVariable> variables;
  for (Elements elements(bytes.subspan(header), origin); !elements.empty();) {
    const Element element = elements.next();
    if (element.type == compressed) {
      const std::vector<std::uint8_t> inner = inflated(element.data, origin);
      read_variable(Elements(inner, origin).next(matrix, "the content").data, origin, variables);
    } else if (element.type == matrix) {
      read_variable(element.data, origin, variables);
    }
  }
  return variables;
}

}  // namespace triptych
