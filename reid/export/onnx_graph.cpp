#include "reid/export/onnx_graph.h"

namespace triptych {
namespace {

// Field numbers of onnx.proto, version 1.12 (IR version 8).
namespace model {
constexpr int ir_version = 1, producer = 2, doc = 6, graph = 7, opset = 8;
}
namespace opset_id {
constexpr int domain = 1, version = 2;
}
namespace graph {
constexpr int node = 1, name = 2, initializer = 5, input = 11, output = 12;
}
namespace node_field {
constexpr int input = 1, output = 2, name = 3, op = 4, attribute = 5;
}
namespace attribute_field {
constexpr int name = 1, real = 2, integer = 3, text = 4, integers = 8, type = 20;
constexpr int is_real = 1, is_integer = 2, is_text = 3, are_integers = 7;  // values of `type`
}  // namespace attribute_field
namespace tensor {
constexpr int dims = 1, type = 2, name = 8, raw = 9;
}

// ValueInfoProto: name (1), type (2) { tensor type (1) { element type (1), shape (2) { axis (1)
// { length (1) or name (2) } } } }.
Protobuf value_info(const std::string& name, OnnxGraph::Type type, const std::vector<OnnxGraph::Axis>& axes) {
  Protobuf shape;
  for (const OnnxGraph::Axis& axis : axes) {
    Protobuf one;
    axis.name.empty() ? one.integer(1, axis.length) : one.text(2, axis.name);
    shape.message(1, one);
  }
  const Protobuf tensor_type = Protobuf().integer(1, static_cast<int>(type)).message(2, shape);
  return Protobuf().text(1, name).message(2, Protobuf().message(1, tensor_type));
}

template <class T>
std::string_view bytes_of(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

}  // namespace

OnnxGraph::Attribute::Attribute(const char* name, std::int64_t value) {
  message.text(attribute_field::name, name).integer(attribute_field::integer, value);
  message.integer(attribute_field::type, attribute_field::is_integer);
}
OnnxGraph::Attribute::Attribute(const char* name, float value) {
  message.text(attribute_field::name, name).real(attribute_field::real, value);
  message.integer(attribute_field::type, attribute_field::is_real);
}
OnnxGraph::Attribute::Attribute(const char* name, const std::string& value) {
  message.text(attribute_field::name, name).text(attribute_field::text, value);
  message.integer(attribute_field::type, attribute_field::is_text);
}
OnnxGraph::Attribute::Attribute(const char* name, const Shape& values) {
  message.text(attribute_field::name, name);
  for (const std::int64_t value : values) message.integer(attribute_field::integers, value);
  message.integer(attribute_field::type, attribute_field::are_integers);
}

void OnnxGraph::input(const Value& name, Type type, const std::vector<Axis>& axes) {
  inputs_.message(graph::input, value_info(name, type, axes));
}

void OnnxGraph::output(const Value& name, Type type, const std::vector<Axis>& axes) {
  outputs_.message(graph::output, value_info(name, type, axes));
}

OnnxGraph::Value OnnxGraph::add(const std::string& name, const Shape& shape, Type type,
                                std::string_view bytes) {
  const Value value = name + "_" + std::to_string(count_++);
  Protobuf constant;
  for (const std::int64_t length : shape) constant.integer(tensor::dims, length);
  constant.integer(tensor::type, static_cast<int>(type)).text(tensor::name, value).text(tensor::raw, bytes);
  initializers_.message(graph::initializer, constant);
  return value;
}

OnnxGraph::Value OnnxGraph::constant(const std::string& name, const Shape& shape,
                                     std::span<const float> values) {
  return add(name, shape, Type::real, bytes_of(values));
}

OnnxGraph::Value OnnxGraph::constant(const std::string& name, std::span<const std::int64_t> values) {
  return add(name, {static_cast<std::int64_t>(values.size())}, Type::integer, bytes_of(values));
}

OnnxGraph::Value OnnxGraph::integer(std::int64_t value) {
  return constant("integer", std::span<const std::int64_t>(&value, 1));
}

OnnxGraph::Value OnnxGraph::scalar(float value) {
  return add("scalar", {}, Type::real, bytes_of(std::span<const float>(&value, 1)));
}

OnnxGraph::Value OnnxGraph::node(const char* op, const std::vector<Value>& inputs,
                                 const std::vector<Attribute>& attributes) {
  const Value result = std::string(op) + "_" + std::to_string(count_++);
  Protobuf node;
  for (const Value& value : inputs) node.text(node_field::input, value);
  node.text(node_field::output, result).text(node_field::name, result).text(node_field::op, op);
  for (const Attribute& attribute : attributes) node.message(node_field::attribute, attribute.message);
  nodes_.message(graph::node, node);
  return result;
}

void OnnxGraph::named(const Value& result, const char* op, const std::vector<Value>& inputs) {
  Protobuf node;
  for (const Value& value : inputs) node.text(node_field::input, value);
  node.text(node_field::output, result).text(node_field::name, result).text(node_field::op, op);
  nodes_.message(graph::node, node);
}

OnnxGraph::Value OnnxGraph::length_one(const Value& x) {
  const Value length = node("ReduceL2", {x}, {{"axes", Shape{-1}}});
  return node("Div", {x, node("Max", {length, scalar(1e-12f)})});
}

std::string OnnxGraph::file(const std::string& about) const {
  std::string parts = nodes_.bytes();
  parts += Protobuf().text(graph::name, "triptych").bytes();
  parts += initializers_.bytes() + inputs_.bytes() + outputs_.bytes();
  return Protobuf()
      .integer(model::ir_version, 8)
      .text(model::producer, "triptych")
      .text(model::doc, about)
      .text(model::graph, parts)
      .message(model::opset, Protobuf().text(opset_id::domain, "").integer(opset_id::version, 17))
      .bytes();
}

}  // namespace triptych
