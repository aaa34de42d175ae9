#include "reid/export/onnx.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>

#include "reid/export/onnx_graph.h"
#include "tests/reid/helpers.h"

using namespace triptych;
using namespace triptych::test;

namespace {

std::string hexadecimal(const std::string& bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

// The fields of a message: number -> the values of all its fields of that number. Integers as text.
std::multimap<int, std::string> fields_of(std::string_view bytes) {
  std::multimap<int, std::string> fields;
  const auto varint = [&] {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes.at(0));
      bytes.remove_prefix(1);
      value |= std::uint64_t(byte & 0x7f) << shift;
      if (!(byte & 0x80)) return value;
    }
  };
  while (!bytes.empty()) {
    const std::uint64_t key = varint();
    const int field = static_cast<int>(key >> 3);
    if ((key & 7) == 0) {
      fields.emplace(field, std::to_string(varint()));
    } else {
      const std::size_t size = (key & 7) == 5 ? 4 : varint();
      fields.emplace(field, std::string(bytes.substr(0, size)));
      bytes.remove_prefix(size);
    }
  }
  return fields;
}

std::string one(const std::multimap<int, std::string>& fields, int number) {
  REQUIRE(fields.count(number) == 1);
  return fields.find(number)->second;
}

}  // namespace

// The first two are the examples of the format's own description.
TEST_CASE("protobuf: keys, integers, texts and floats stand as the wire format has them") {
  CHECK(hexadecimal(Protobuf().integer(1, 150).bytes()) == "089601");
  CHECK(hexadecimal(Protobuf().text(2, "testing").bytes()) == "120774657374696e67");
  CHECK(hexadecimal(Protobuf().integer(20, -1).bytes()) == "a001ffffffffffffffffff01");
  CHECK(hexadecimal(Protobuf().real(2, 1.0f).bytes()) == "150000803f");
  CHECK(hexadecimal(Protobuf().message(3, Protobuf().integer(1, 150)).bytes()) == "1a03089601");
}

TEST_CASE("an ONNX graph: every node reads what stands before it, and the outputs exist") {
  const Device device = Device::open("cpu");
  for (const RecurrentKind kind : {RecurrentKind::none, RecurrentKind::elman, RecurrentKind::gru,
                                   RecurrentKind::lstm, RecurrentKind::attention}) {
    Options options = tiny_options();
    options.network.recurrent = kind;
    options.network.pooling = kind == RecurrentKind::gru ? PatchPooling::mean : PatchPooling::max;
    options.testing.mirror = true;
    Model model = make_model(device, options, {});
    model.selection = PatchSelection::By::gate;
    const auto file = fields_of(onnx_model(model));
    CHECK(one(file, 1) == "8");                      // the format's version
    CHECK(one(fields_of(one(file, 8)), 2) == "17");  // of the operators
    const auto graph = fields_of(one(file, 7));

    std::map<std::string, int> known = {{"", 1}};  // an input that is left out has no name
    const auto all = [&](int number, auto use) {
      const auto [first, end] = graph.equal_range(number);
      for (auto field = first; field != end; ++field) use(fields_of(field->second));
    };
    all(5, [&](const auto& constant) { ++known[one(constant, 8)]; });
    all(11, [&](const auto& input) { ++known[one(input, 1)]; });
    all(1, [&](const auto& node) {
      const auto [first, end] = node.equal_range(1);
      for (auto input = first; input != end; ++input) CHECK(known.contains(input->second));
      ++known[one(node, 2)];
    });
    for (const auto& [name, times] : known) CHECK(times == 1);
    all(12, [&](const auto& output) { CHECK(known.contains(one(output, 1))); });
    CHECK_FALSE(takes_cameras(model));
    CHECK_FALSE(known.contains("cameras"));

    model.centres = {std::vector<Real>(static_cast<std::size_t>(model.network->embedding_size()), Real(0.1))};
    CHECK(takes_cameras(model));
    CHECK(onnx_model(model).find("cameras") != std::string::npos);
  }
}
