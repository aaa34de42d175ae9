#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "kernels/real.h"
#include "reid/export/protobuf.h"

namespace triptych {

// A graph of ONNX operators, opset 17, built node by node and written as an ONNX file
// (https://onnx.ai/onnx/repo-docs/IR.html). Values are known by their names.
class OnnxGraph {
 public:
  using Value = std::string;
  using Shape = std::vector<std::int64_t>;
  // A setting of an operator, as the file has it.
  struct Attribute {
    Attribute(const char* name, std::int64_t value);
    Attribute(const char* name, float value);
    Attribute(const char* name, const std::string& value);
    Attribute(const char* name, const Shape& values);
    Protobuf message;
  };
  enum class Type : int { real = 1, byte = 2, integer = 7 };  // the format's numbers; integer: 64 bits

  // An axis of any length has a name, the others a number.
  struct Axis {
    std::int64_t length = 0;
    std::string name;
  };
  void input(const Value& name, Type type, const std::vector<Axis>& axes);
  void output(const Value& name, Type type, const std::vector<Axis>& axes);

  // Constants. `name` becomes unique by a number.
  Value constant(const std::string& name, const Shape& shape, std::span<const float> values);
  Value constant(const std::string& name, std::span<const std::int64_t> values);  // one axis
  Value integer(std::int64_t value);                                              // one axis of length 1
  Value scalar(float value);

  // The result of an operator; an empty input is an optional one that is left out.
  Value node(const char* op, const std::vector<Value>& inputs, const std::vector<Attribute>& attributes = {});
  // ... under a name of its own, for an output of the graph.
  void named(const Value& result, const char* op, const std::vector<Value>& inputs);

  // ---- what needs a constant or two ----
  Value integers(const Shape& values) { return constant("integers", values); }
  Value reshape(const Value& x, const Shape& shape) { return node("Reshape", {x, integers(shape)}); }
  Value transpose(const Value& x, const Shape& axes) { return node("Transpose", {x}, {{"perm", axes}}); }
  // Elements `first` to before `end` of some axes.
  Value slice(const Value& x, const Shape& first, const Shape& end, const Shape& axes) {
    return node("Slice", {x, integers(first), integers(end), integers(axes)});
  }
  // x w + b on the last axis
  Value affine(const Value& x, const Value& w, const Value& b) {
    return node("Add", {node("MatMul", {x, w}), b});
  }
  // Each row of x [..., n] over its length, or over 1e-12 where that is larger.
  Value length_one(const Value& x);

  // The whole file. `about`: what the graph is, in a sentence.
  std::string file(const std::string& about) const;

 private:
  Value add(const std::string& name, const Shape& shape, Type type, std::string_view bytes);

  Protobuf nodes_, initializers_, inputs_, outputs_;
  std::int64_t count_ = 0;
};

}  // namespace triptych
