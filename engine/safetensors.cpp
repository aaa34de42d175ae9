#include "engine/safetensors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <vector>

#include "engine/checksum.h"
#include "engine/error.h"
#include "engine/file.h"
#include "engine/json.h"

namespace triptych {
namespace {

static_assert(std::endian::native == std::endian::little,
              "the format is little-endian, and so are its writers here");

using nlohmann::json;

struct Dtype {
  const char* name;
  std::size_t bytes;
};
Dtype dtype_of(Type type) {
  switch (type) {
    case Type::real:
      return sizeof(Real) == 8 ? Dtype{"F64", 8} : Dtype{"F32", 4};
    case Type::int32:
      return {"I32", 4};
    case Type::byte:
      return {"U8", 1};
  }
  fail("there is no tensor type with the number {}", static_cast<int>(type));
}

template <class T>
void append(std::string& data, const std::vector<T>& values) {
  data.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

constexpr const char* checksum_key = "triptych.checksum";
const std::string no_checksum(16, '0');

// The checksum of the header, with 16 zeros in place of the checksum, and of the data.
std::string checksum_text(std::string_view header, std::string_view data) {
  return fmt::format("{:016x}", checksum(data.data(), data.size(), checksum(header.data(), header.size())));
}

std::vector<Index> sizes_of(const Shape& shape) {
  std::vector<Index> sizes;
  for (int axis = 0; axis < shape.axes(); ++axis) sizes.push_back(shape[axis]);
  return sizes;
}

}  // namespace

void save_tensors(const std::filesystem::path& path, const TensorFile& file) {
  // Wide types first: every tensor then starts at a multiple of its element size, and a reader may map the
  // file.
  using Entry = std::pair<std::string, Tensor>;
  std::vector<Entry> order(file.tensors.begin(), file.tensors.end());
  std::stable_sort(order.begin(), order.end(), [](const Entry& a, const Entry& b) {
    return dtype_of(a.second.type()).bytes > dtype_of(b.second.type()).bytes;
  });

  json header = json::object();
  header["__metadata__"] = file.metadata;
  header["__metadata__"][checksum_key] = no_checksum;
  std::string data;
  for (const auto& [name, tensor] : order) {
    require(bool(tensor) && name != "__metadata__", "{}: the tensor '{}' cannot be saved", shown(path), name);
    header[name] = {{"dtype", dtype_of(tensor.type()).name},
                    {"shape", sizes_of(tensor.shape())},
                    {"data_offsets", {data.size(), data.size() + tensor.bytes()}}};
    switch (tensor.type()) {
      case Type::real:
        append(data, tensor.values());
        break;
      case Type::int32:
        append(data, tensor.int32_values());
        break;
      case Type::byte:
        append(data, tensor.byte_values());
        break;
    }
  }
  std::string text = json_dump(header);
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the data starts at a multiple of 8 bytes
  const std::string mark = fmt::format("\"{}\":\"", checksum_key);
  text.replace(text.find(mark + no_checksum) + mark.size(), no_checksum.size(), checksum_text(text, data));

  write_file(path, [&](std::ostream& stream) {
    const std::uint64_t length = text.size();
    stream.write(reinterpret_cast<const char*>(&length), sizeof length);
    stream << text << data;
  });
}

// ---- reading: everything in the file is checked before it is used -----------------------------------------
namespace {

struct Entry {
  std::string name, dtype;
  Shape shape;
  std::size_t begin, end;  // bytes after the header
};

std::size_t bytes_of(const std::string& file, const Entry& entry) {
  static const std::map<std::string, std::size_t> known = {{"F32", 4}, {"F64", 8}, {"I32", 4}, {"U8", 1}};
  const auto found = known.find(entry.dtype);
  require(found != known.end(),
          "{}: the tensor '{}' has numbers of type {}; this program reads F32, F64, I32 and U8", file,
          entry.name, entry.dtype);
  return found->second;
}

Entry read_entry(const std::string& file, const std::string& name, const json& description,
                 std::size_t data_size) {
  const std::string where = fmt::format("{} is damaged: the tensor '{}'", file, shown(name));
  Entry entry{name, json_text(description, "dtype", where), {}, 0, 0};
  const json& offsets = json_list(json_field(description, "data_offsets", where), where);
  require(offsets.size() == 2, "{} has {} data_offsets, not 2", where, offsets.size());
  entry.begin = static_cast<std::size_t>(json_whole(offsets[0], where, 0));
  entry.end = static_cast<std::size_t>(json_whole(offsets[1], where, 0));
  const json& sizes = json_list(json_field(description, "shape", where), where);
  require(sizes.size() <= Shape::most_axes, "{} has {} axes; this program reads up to {}", where,
          sizes.size(), Shape::most_axes);
  std::size_t wanted = bytes_of(file, entry);  // saturating: the sizes come from the file
  std::size_t product = wanted;                // the same without axes of size 0: must not overflow, either
  for (const json& size : sizes) {
    const Index n = json_whole(size, where + ", an axis of its shape", 0);
    if (__builtin_mul_overflow(wanted, static_cast<std::size_t>(n), &wanted)) wanted = SIZE_MAX;
    if (n > 0 && __builtin_mul_overflow(product, static_cast<std::size_t>(n), &product)) product = SIZE_MAX;
  }
  require(
      entry.begin <= entry.end && entry.end <= data_size,
      "{} is cut short or damaged: the tensor '{}' is stored at bytes {} to {} of {}; copy or save it again",
      file, shown(name), entry.begin, entry.end, data_size);
  require(wanted == entry.end - entry.begin && product <= std::size_t(Shape::most_elements),
          "{} needs {} bytes for its shape and has {}", where, wanted, entry.end - entry.begin);
  for (const json& size : sizes) entry.shape.append(size.get<Index>());
  return entry;
}

template <class T>
std::vector<T> numbers(const char* bytes, Index count) {
  std::vector<T> values(static_cast<std::size_t>(count));
  if (count > 0) std::memcpy(values.data(), bytes, values.size() * sizeof(T));  // may be unaligned
  return values;
}

template <class T>
Tensor real_tensor(const std::string& file, const Device& device, const Entry& entry, const char* bytes) {
  const Shape& shape = entry.shape;
  const std::vector<T> stored = numbers<T>(bytes, shape.elements());
  const auto wrong = std::find_if(stored.begin(), stored.end(), [](T v) {
    return !std::isfinite(static_cast<Real>(v));  // a value beyond Real's range is not finite, either
  });
  require(
      wrong == stored.end(),
      "{}: the tensor '{}' holds {} at position {}; all numbers must be finite, so the file is damaged or "
      "its training diverged",
      file, shown(entry.name), wrong == stored.end() ? T(0) : *wrong, wrong - stored.begin());
  return Tensor::from(device, shape, std::span<const Real>(std::vector<Real>(stored.begin(), stored.end())));
}

Tensor read_tensor(const std::string& file, const Device& device, const Entry& entry, const char* data) {
  const char* bytes = data + entry.begin;
  if (entry.dtype == "F32") return real_tensor<float>(file, device, entry, bytes);
  if (entry.dtype == "F64") return real_tensor<double>(file, device, entry, bytes);
  if (entry.dtype == "I32")
    return Tensor::from(device, entry.shape,
                        std::span<const std::int32_t>(numbers<std::int32_t>(bytes, entry.shape.elements())));
  return Tensor::from(device, entry.shape,
                      std::span<const std::uint8_t>(numbers<std::uint8_t>(bytes, entry.shape.elements())));
}

// The format has no gaps: the tensors, by position, cover the data from end to end.
void check_cover(const std::string& file, std::vector<Entry> entries, std::size_t data_size) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  std::size_t covered = 0;
  for (const Entry& entry : entries) {
    require(entry.begin == covered,
            "{} is damaged: the tensor '{}' starts at byte {}, not at {} where the one before ends", file,
            entry.name, entry.begin, covered);
    covered = entry.end;
  }
  require(covered == data_size, "{} is damaged: {} bytes follow behind its last tensor", file,
          data_size - covered);
}

// Removes the checksum from the metadata and compares it with that of the contents.
void verify_checksum(const std::string& file, TensorFile& result, std::string_view header,
                     std::string_view data) {
  const auto found = result.metadata.find(checksum_key);
  if (found == result.metadata.end()) return;
  std::string text(header);
  const std::string quoted = fmt::format("\"{}\":\"{}\"", checksum_key, found->second);
  const std::size_t at = text.find(quoted);
  bool good = found->second.size() == no_checksum.size() && at != std::string::npos;
  if (good) {
    text.replace(at + quoted.size() - 1 - no_checksum.size(), no_checksum.size(), no_checksum);
    good = checksum_text(text, data) == found->second;
  }
  require(good, "{} is damaged: its checksum does not fit its contents; copy or save it again", file);
  result.metadata.erase(found);
}

}  // namespace

TensorFile parse_tensors(std::string_view content, const std::string& file, const Device& device) {
  constexpr std::uint64_t longest_header = 100'000'000;  // as in the format's own library
  std::uint64_t length = 0;
  require(content.size() >= sizeof length, "{} is not a safetensors file: it has {} bytes", file,
          content.size());
  std::memcpy(&length, content.data(), sizeof length);
  require(length <= content.size() - sizeof length,
          "{} is cut short or not a safetensors file: its header would have {} bytes, and {} are there", file,
          length, content.size() - sizeof length);
  require(length <= longest_header, "{}: its header has {} bytes; {} are allowed", file, length,
          longest_header);
  const std::string_view text = content.substr(sizeof length, length);
  const std::string_view data = content.substr(sizeof length + length);
  const json header = parse_json(text, file + ": its header");
  require(header.is_object(), "{} is damaged or not a safetensors file: its header is not a JSON object",
          file);

  TensorFile result;
  std::vector<Entry> entries;
  for (const auto& [name, description] : header.items()) {
    if (name != "__metadata__") {
      entries.push_back(read_entry(file, name, description, data.size()));
      continue;
    }
    require(description.is_object(), "{} is damaged: its __metadata__ are not an object", file);
    for (const auto& [key, value] : description.items())
      result.metadata[key] = json_text(value, fmt::format("{}: the metadata '{}'", file, shown(key)));
  }
  check_cover(file, entries, data.size());
  verify_checksum(file, result, text, data);
  for (const Entry& entry : entries)
    result.tensors[entry.name] = read_tensor(file, device, entry, data.data());
  return result;
}

TensorFile load_tensors(const std::filesystem::path& path, const Device& device) {
  return parse_tensors(read_file(path), shown(path), device);
}

const Tensor& tensor_of(const TensorFile& file, std::string_view name, Type type, const std::string& origin) {
  const auto found = file.tensors.find(std::string(name));
  require(found != file.tensors.end(), "{} has no tensor '{}'; it was made with other options", origin, name);
  require(found->second.type() == type, "{}: the tensor '{}' holds numbers of type {}, where {} are expected",
          origin, name, dtype_of(found->second.type()).name, dtype_of(type).name);
  return found->second;
}

const Tensor& tensor_of(const TensorFile& file, std::string_view name, Type type, const Shape& shape,
                        const std::string& origin) {
  const Tensor& tensor = tensor_of(file, name, type, origin);
  require(tensor.shape() == shape, "{}: the tensor '{}' has shape {}, where {} is expected", origin, name,
          tensor.shape().text(), shape.text());
  return tensor;
}

}  // namespace triptych
