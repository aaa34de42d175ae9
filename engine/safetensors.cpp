#include "engine/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <vector>

#include "engine/error.h"
#include "engine/file.h"

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
void write_numbers(std::ostream& stream, const std::vector<T>& values) {
  stream.write(reinterpret_cast<const char*>(values.data()),
               static_cast<std::streamsize>(values.size() * sizeof(T)));
}

std::vector<Index> sizes_of(const Shape& shape) {
  std::vector<Index> sizes;
  for (int axis = 0; axis < shape.axes(); ++axis) sizes.push_back(shape[axis]);
  return sizes;
}

}  // namespace

void save_tensors(const std::filesystem::path& path, const TensorFile& file) {
  // Wide numbers first: every tensor then starts at a multiple of its own width, and a reader may map the
  // file.
  using Entry = std::pair<std::string, Tensor>;
  std::vector<Entry> order(file.tensors.begin(), file.tensors.end());
  std::stable_sort(order.begin(), order.end(), [](const Entry& a, const Entry& b) {
    return dtype_of(a.second.type()).bytes > dtype_of(b.second.type()).bytes;
  });

  json header = json::object();
  if (!file.metadata.empty()) header["__metadata__"] = file.metadata;
  std::size_t offset = 0;
  for (const auto& [name, tensor] : order) {
    require(bool(tensor) && name != "__metadata__", "{}: the tensor '{}' cannot be saved", path.string(),
            name);
    header[name] = {{"dtype", dtype_of(tensor.type()).name},
                    {"shape", sizes_of(tensor.shape())},
                    {"data_offsets", {offset, offset + tensor.bytes()}}};
    offset += tensor.bytes();
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the numbers start at a multiple of 8 bytes

  write_file(path, [&](std::ostream& stream) {
    const std::uint64_t length = text.size();
    stream.write(reinterpret_cast<const char*>(&length), sizeof length);
    stream << text;
    for (const auto& [name, tensor] : order) switch (tensor.type()) {
        case Type::real:
          write_numbers(stream, tensor.values());
          break;
        case Type::int32:
          write_numbers(stream, tensor.int32_values());
          break;
        case Type::byte:
          write_numbers(stream, tensor.byte_values());
          break;
      }
  });
}

// ---- reading: nothing in the file is believed before it was checked ---------------------------------------
namespace {

struct Entry {
  std::string name, dtype;
  Shape shape;
  std::size_t begin, end;  // bytes behind the header
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
  Entry entry{name,
              description.at("dtype"),
              {},
              description.at("data_offsets").at(0),
              description.at("data_offsets").at(1)};
  const std::vector<Index> sizes = description.at("shape");
  require(sizes.size() <= Shape::most_axes, "{}: the tensor '{}' has {} axes; this program reads up to {}",
          file, name, sizes.size(), Shape::most_axes);
  const std::size_t width = bytes_of(file, entry);
  std::size_t wanted = width;  // saturating: sizes are the file's word
  for (const Index size : sizes) {
    require(size >= 0, "{}: the tensor '{}' has an axis of size {}", file, name, size);
    if (__builtin_mul_overflow(wanted, static_cast<std::size_t>(size), &wanted)) wanted = SIZE_MAX;
  }
  require(entry.begin <= entry.end && entry.end <= data_size,
          "{} is cut short or damaged: the tensor '{}' lies at bytes {} to {} of {}; copy or save it again",
          file, name, entry.begin, entry.end, data_size);
  require(wanted == entry.end - entry.begin,
          "{} is damaged: the tensor '{}' needs {} bytes for its shape and has {}", file, name, wanted,
          entry.end - entry.begin);
  for (const Index size : sizes) entry.shape.append(size);
  return entry;
}

template <class T>
std::vector<T> numbers(const char* bytes, Index count) {
  std::vector<T> values(static_cast<std::size_t>(count));
  if (count > 0) std::memcpy(values.data(), bytes, values.size() * sizeof(T));  // may be unaligned
  return values;
}

template <class T>
Tensor real_tensor(Device& device, const Shape& shape, const char* bytes) {
  const std::vector<T> stored = numbers<T>(bytes, shape.elements());
  return Tensor::from(device, shape, std::span<const Real>(std::vector<Real>(stored.begin(), stored.end())));
}

Tensor read_tensor(Device& device, const Entry& entry, const char* data) {
  const char* bytes = data + entry.begin;
  if (entry.dtype == "F32") return real_tensor<float>(device, entry.shape, bytes);
  if (entry.dtype == "F64") return real_tensor<double>(device, entry.shape, bytes);
  if (entry.dtype == "I32")
    return Tensor::from(device, entry.shape,
                        std::span<const std::int32_t>(numbers<std::int32_t>(bytes, entry.shape.elements())));
  return Tensor::from(device, entry.shape,
                      std::span<const std::uint8_t>(numbers<std::uint8_t>(bytes, entry.shape.elements())));
}

// The format leaves no holes: the tensors, by position, cover the data from end to end.
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

}  // namespace

TensorFile load_tensors(const std::filesystem::path& path, Device& device) {
  const std::string file = path.string(), content = read_file(path);
  std::uint64_t length = 0;
  require(content.size() >= sizeof length, "{} is not a safetensors file: it has {} bytes", file,
          content.size());
  std::memcpy(&length, content.data(), sizeof length);
  require(length <= content.size() - sizeof length,
          "{} is cut short or not a safetensors file: its header would have {} bytes, and {} are there", file,
          length, content.size() - sizeof length);
  const char* text = content.data() + sizeof length;
  const json header = json::parse(text, text + length, nullptr, false);
  require(header.is_object(), "{} is damaged or not a safetensors file: its header is not a JSON object",
          file);

  const char* data = text + length;
  const std::size_t data_size = content.size() - sizeof length - length;
  TensorFile result;
  std::vector<Entry> entries;
  try {
    for (const auto& [name, description] : header.items())
      if (name == "__metadata__")
        result.metadata = description.get<std::map<std::string, std::string>>();
      else
        entries.push_back(read_entry(file, name, description, data_size));
  } catch (const json::exception& problem) {
    fail("{} is damaged: its header does not describe tensors ({})", file, problem.what());
  }
  check_cover(file, entries, data_size);
  for (const Entry& entry : entries) result.tensors[entry.name] = read_tensor(device, entry, data);
  return result;
}

}  // namespace triptych
