#include "engine/safetensors.h"

#include <bit>
#include <cstring>
#include <limits>

#include "engine/file.h"
#include "tests/engine/helpers.h"

using namespace triptych;

namespace {

// A file from a header and numbers, whatever they say.
std::string file_of(const std::string& header, const std::string& numbers) {
  const std::uint64_t length = header.size();
  std::string text(8, '\0');
  std::memcpy(text.data(), &length, 8);
  return text + header + numbers;
}

template <class T>
std::string raw(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

std::string message_for(const std::string& content) {
  TemporaryFolder folder;
  const auto path = folder.path / "model.safetensors";
  write_file(path, content);
  const std::string message = message_of([&] { load_tensors(path, Device::open("reference")); });
  if (!message.empty()) CHECK(message.find(path.string()) == 0);  // every message names the file
  return message;
}

}  // namespace

TEST_CASE("tensors of every type and shape come back bit by bit, with their metadata") {
  TemporaryFolder folder;
  for (const Device& device : devices()) {
    const auto path = folder.path / (device.name() + ".safetensors");
    const std::vector<Real> special{0,
                                    -Real(0),
                                    std::numeric_limits<Real>::denorm_min(),
                                    std::numeric_limits<Real>::max(),
                                    std::numeric_limits<Real>::lowest(),
                                    Real(1) / 3};
    TensorFile file;
    file.tensors["tier1.weight"] = tensor(device, {2, 3}, special);
    file.tensors["mask"] = bytes(device, {3}, {1, 0, 1});
    file.tensors["steps"] = integers(device, {2, 1}, {-1, 1 << 30});
    file.tensors["none"] = tensor(device, {0, 4}, {});
    file.tensors["scalar"] = tensor(device, {}, {Real(2.5)});
    file.metadata = {{"epoch", "17"}, {"configuration", "{\"a\": \"\\u00fc \\\"quoted\\\"\"}"}};
    save_tensors(path, file);

    const TensorFile loaded = load_tensors(path, device);
    CHECK(loaded.metadata == file.metadata);
    REQUIRE(loaded.tensors.size() == 5);
    for (const auto& [key, saved] : file.tensors) {
      const std::string& name = key;  // clang 14 captures no structured binding
      CAPTURE(name);
      CHECK(loaded.tensors.at(name).shape() == saved.shape());
      CHECK(loaded.tensors.at(name).type() == saved.type());
    }
    const std::vector<Real> values = loaded.tensors.at("tier1.weight").values();
    CHECK(std::memcmp(values.data(), special.data(), special.size() * sizeof(Real)) == 0);
    CHECK(loaded.tensors.at("mask").byte_values() == std::vector<std::uint8_t>{1, 0, 1});
    CHECK(loaded.tensors.at("steps").int32_values() == std::vector<std::int32_t>{-1, 1 << 30});
    CHECK(loaded.tensors.at("scalar").item() == Real(2.5));

    // Saved again it is the same file; the numbers start at a multiple of 8 bytes.
    save_tensors(folder.path / "again", loaded);
    const std::string content = read_file(path);
    CHECK(read_file(folder.path / "again") == content);
    std::uint64_t length = 0;
    std::memcpy(&length, content.data(), 8);
    CHECK(length % 8 == 0);
    CHECK(content[8] == '{');
  }
}

TEST_CASE("files of other programs: both widths of numbers, any order, no padding") {
  TemporaryFolder folder;
  const auto path = folder.path / "other.safetensors";
  write_file(path, file_of(R"({"b":{"dtype":"F64","shape":[1],"data_offsets":[4,12]},)"
                           R"("a":{"shape":[1],"data_offsets":[0,4],"dtype":"F32"}})",
                           raw<float>({1.5f}) + raw<double>({-2.25})));
  const TensorFile file = load_tensors(path, Device::open("reference"));
  CHECK(file.tensors.at("a").item() == Real(1.5));
  CHECK(file.tensors.at("b").item() == Real(-2.25));
  CHECK(file.metadata.empty());
}

TEST_CASE("every cut of a file is noticed") {
  TemporaryFolder folder;
  Device device = Device::open("reference");
  const auto path = folder.path / "model.safetensors";
  TensorFile file;
  file.tensors["w"] = tensor(device, {2, 2}, {1, 2, 3, 4});
  file.tensors["m"] = bytes(device, {3}, {1, 2, 3});
  save_tensors(path, file);
  const std::string content = read_file(path);
  for (std::size_t size = 0; size < content.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(message_for(content.substr(0, size)).empty());
  }
  CHECK(message_for(content).empty());
  CHECK(contains(message_for(content.substr(0, content.size() - 1)),
                 "is cut short or damaged: the tensor 'm'"));
  CHECK(contains(message_for(content.substr(0, 20)),
                 "is cut short or not a safetensors file: its header would have"));
  CHECK(contains(message_for(content + "x"), "1 bytes follow behind its last tensor"));
}

TEST_CASE("each kind of damage has its message") {
  const std::string one = raw<float>({1});
  CHECK(contains(message_for("abc"), "is not a safetensors file: it has 3 bytes"));
  CHECK(contains(message_for(file_of("[1, 2]", "")), "its header is not a JSON object"));
  CHECK(contains(message_for(file_of("{\"w\":", "")), "is not JSON"));
  CHECK(contains(message_for(file_of(R"({"w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}})", one)),
                 "the tensor 'w' has numbers of type F16; this program reads F32, F64, I32 and U8"));
  CHECK(contains(message_for(file_of(R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", one)),
                 "the tensor 'w' needs 8 bytes for its shape and has 4"));
  CHECK(contains(message_for(file_of(R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", one)),
                 "is stored at bytes 4 to 8 of 4"));
  CHECK(contains(message_for(file_of(R"({"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", one)),
                 "an axis of its shape: -1 is out of range"));
  CHECK(contains(message_for(file_of(
                     R"({"w":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}})", one)),
                 "is damaged: the tensor 'w' needs"));
  CHECK(contains(
      message_for(file_of(R"({"w":{"dtype":"F32","shape":[1,1,1,1,1,1,1],"data_offsets":[0,4]}})", one)),
      "has 7 axes"));
  CHECK(contains(message_for(file_of(R"({"w":{"shape":[1],"data_offsets":[0,4]}})", one)),
                 "the tensor 'w': 'dtype' is missing"));
  CHECK(contains(message_for(file_of(R"({"w":17})", "")), "17 is not an object with 'dtype'"));
  CHECK(contains(message_for(file_of(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                                     R"("b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                                     one)),
                 "the tensor 'b' starts at byte 0, not at 4"));
  CHECK(contains(message_for(file_of(R"({"__metadata__":{"epoch":3}})", "")),
                 "the metadata 'epoch': 3 is not a text"));
}

TEST_CASE("sizes that are no sizes, keys that stand twice, and a header nested without end are refused") {
  const std::string one = raw<float>({1});
  for (const char* size : {"1.5", "1e300", "9223372036854775808", "\"1\"", "[1]", "null"}) {
    CAPTURE(size);
    CHECK(contains(
        message_for(file_of(
            fmt::format(R"({{"w":{{"dtype":"F32","shape":[{}],"data_offsets":[0,4]}}}})", size), one)),
        "is not a whole number"));
  }
  CHECK(contains(message_for(file_of(
                     R"({"w":{"dtype":"F32","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}})", "")),
                 "for its shape"));
  CHECK(contains(message_for(file_of(R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                                     R"("w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                                     one)),
                 "holds the key 'w' twice"));
  CHECK(contains(message_for(file_of(std::string(100000, '['), "")), "more than 64 deep"));
}

TEST_CASE("a number that is not finite is an Error that names the tensor and the place") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(contains(message_for(file_of(R"({"tier1.bias":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
                                     raw<float>({1, nan}))),
                 "the tensor 'tier1.bias' holds nan at position 1"));
  if (sizeof(Real) == 4)
    CHECK(contains(message_for(file_of(R"({"w":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})",
                                       raw<double>({1e300}))),
                   "the tensor 'w' holds 1e+300"));
}

TEST_CASE("a flipped bit anywhere is found by the checksum") {
  TemporaryFolder folder;
  TensorFile file;
  file.tensors["w"] = tensor(Device::open("reference"), {2, 2}, {1, 2, 3, 4});
  file.metadata["epoch"] = "17";
  save_tensors(folder.path / "m", file);
  const std::string whole = read_file(folder.path / "m"), key = "triptych.checksum";
  const std::size_t key_at = whole.find(key);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    if (at >= key_at && at < key_at + key.size()) continue;  // then it is a file without a checksum
    CAPTURE(at);
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    CHECK_FALSE(message_of([&] { parse_tensors(damaged, "m", Device::open("reference")); }).empty());
  }
  std::string damaged = whole;
  damaged.back() = static_cast<char>(damaged.back() ^ 1);  // of a number: still finite
  CHECK(contains(message_for(damaged), "is damaged: its checksum does not fit its contents"));
}

TEST_CASE("a tensor of another name, type or shape is an Error that names the file") {
  TensorFile file;
  file.tensors["w"] = tensor(Device::open("reference"), {2}, {1, 2});
  CHECK(tensor_of(file, "w", Type::real, {2}, "m").elements() == 2);
  CHECK(contains(message_of([&] { tensor_of(file, "v", Type::real, "m"); }), "m has no tensor 'v'"));
  CHECK(contains(message_of([&] { tensor_of(file, "w", Type::int32, "m"); }),
                 "m: the tensor 'w' holds numbers of type F"));
  CHECK(contains(message_of([&] {
                   tensor_of(file, "w", Type::real, {2, 1}, "m");
                 }),
                 "has shape [2], where [2, 1] is expected"));
}

TEST_CASE("a file that is not there is named") {
  CHECK(contains(message_of([] { load_tensors("no/such.safetensors", Device::open("reference")); }),
                 "no/such.safetensors cannot be read: No such file"));
}
