#include "reid/export/onnx_tiers.h"

#include <cmath>
#include <map>

#include "engine/error.h"
#include "kernels/shapes.h"
#include "layers/batch_norm.h"
#include "reid/network/row_attention.h"

namespace triptych {
namespace {

using Value = OnnxGraph::Value;
using Integers = OnnxGraph::Shape;

class Tiers {
 public:
  Tiers(OnnxGraph& graph, const Model& model)
      : graph_(graph), model_(model), options_(model.options.network) {
    for (const auto& [name, parameter] : model.network->parameters()) weights_[name] = parameter->value;
  }

  Value operator()(const Value& crops) { return pooled(patches(map(crops))); }

 private:
  const Tensor& weight(const std::string& name) const {
    const auto found = weights_.find(name);
    require(found != weights_.end(), "the network has no weight called {}", name);
    return found->second;
  }
  Value constant(const std::string& name, const Tensor& tensor) {
    Integers shape;
    for (int axis = 0; axis < tensor.shape().axes(); ++axis) shape.push_back(tensor.shape()[axis]);
    const std::vector<Real> values = tensor.values();
    return graph_.constant(name, shape, std::vector<float>(values.begin(), values.end()));
  }
  // A weight as it is.
  Value as_is(const std::string& name) { return constant(name, weight(name)); }

  // ---- tier 1 ----

  // [kh, kw, in, out] -> [out, in, kh, kw]
  Value filters(const std::string& name) {
    const Tensor& tensor = weight(name);
    const Shape& s = tensor.shape();
    const std::vector<Real> w = tensor.values();
    std::vector<float> transposed(w.size());
    for (Index r = 0; r < s[0]; ++r)
      for (Index c = 0; c < s[1]; ++c)
        for (Index i = 0; i < s[2]; ++i)
          for (Index o = 0; o < s[3]; ++o)
            transposed[static_cast<std::size_t>(((o * s[2] + i) * s[0] + r) * s[1] + c)] =
                static_cast<float>(w[static_cast<std::size_t>(((r * s[1] + c) * s[2] + i) * s[3] + o)]);
    return graph_.constant(name, {s[3], s[2], s[0], s[1]}, transposed);
  }

  Value activated(const Value& x) {
    switch (options_.activation) {
      case Activation::relu:
        return graph_.node("Relu", {x});
      case Activation::tanh:
        return graph_.node("Tanh", {x});
      case Activation::sigmoid:
        return graph_.node("Sigmoid", {x});
      default:
        fail("an activation of tier 1 has no counterpart in the export");
    }
  }

  // Convolution, norm, activation, max-pooling, block after block. [N, channels, height, width]
  Value map(const Value& crops) {
    Value x = graph_.transpose(crops, {0, 3, 1, 2});
    const Index pad = options_.kernel / 2;
    for (std::size_t i = 1; i <= options_.channels.size(); ++i) {
      const std::string block = "tier1.block" + std::to_string(i);
      std::vector<Value> inputs = {x, filters(block + ".convolution.weight")};
      if (!options_.batch_norm) inputs.push_back(as_is(block + ".convolution.bias"));
      x = graph_.node("Conv", inputs, {{"pads", Integers{pad, pad, pad, pad}}});
      if (options_.batch_norm) {
        const std::string norm = block + ".norm.";
        x = graph_.node("BatchNormalization",
                        {x, as_is(norm + "gamma"), as_is(norm + "beta"), as_is(norm + "running_mean"),
                         as_is(norm + "running_variance")},
                        {{"epsilon", static_cast<float>(BatchNormOptions().epsilon)}});
      }
      x = graph_.node("MaxPool", {activated(x)},
                      {{"kernel_shape", Integers{2, 2}}, {"strides", Integers{2, 2}}});
    }
    return x;
  }

  // ---- tier 2 ----

  // [N, rows, columns, D]
  Value patches(const Value& map) {
    const PatchGrid grid = model_.network->grid();
    Value cells;
    if (options_.patches == Patches::grid) {
      const Index height = options_.patch_height;
      cells = graph_.transpose(
          graph_.node("AveragePool", {map},
                      {{"kernel_shape", Integers{height, 3}}, {"strides", Integers{height, 2}}}),
          {0, 2, 3, 1});
    } else {
      cells = graph_.reshape(graph_.transpose(map, {0, 2, 3, 1}), {0, grid.rows, 1, -1});
    }
    const Value x = graph_.affine(cells, as_is("tier2.projection.weight"), as_is("tier2.projection.bias"));
    if (options_.recurrent == RecurrentKind::none) return x;
    if (options_.recurrent == RecurrentKind::attention) return attended(x);
    // Time runs down the rows; every column of every image is a sequence of its own.
    const Value steps = graph_.reshape(graph_.transpose(x, {1, 0, 2, 3}), {grid.rows, -1, options_.hidden});
    Value read = direction(steps, "forward");
    if (options_.bidirectional)
      read = graph_.node("Concat", {read, direction(steps, "backward")}, {{"axis", std::int64_t(2)}});
    return graph_.transpose(graph_.reshape(read, {grid.rows, -1, grid.columns, model_.network->patch_size()}),
                            {1, 0, 2, 3});
  }

  // reid/network/row_attention.h: x + attention(layer_norm(x) + position) over the rows of each column.
  Value attended(const Value& patches) {
    const PatchGrid grid = model_.network->grid();
    const Index width = options_.hidden, heads = attention_heads(width), of_head = width / heads;
    const std::string prefix = "tier2.attention.";
    const Value x = graph_.reshape(graph_.transpose(patches, {0, 2, 1, 3}), {-1, grid.rows, width});
    const Value normed =
        graph_.node("LayerNormalization", {x, as_is(prefix + "norm.gamma"), as_is(prefix + "norm.beta")},
                    {{"epsilon", 1e-5f}});
    const Tensor sinusoids = sinusoidal_positions(model_.network->device(), grid.rows, width);
    const Value positioned = graph_.node("Add", {normed, constant("position", sinusoids)});
    const Value all = graph_.affine(positioned, as_is(prefix + "query_key_value.weight"),
                                    as_is(prefix + "query_key_value.bias"));
    // [sequences, rows, 3 D] -> [3, sequences, heads, rows, D / heads]
    const Value parts =
        graph_.transpose(graph_.reshape(all, {0, grid.rows, 3, heads, of_head}), {2, 0, 3, 1, 4});
    const auto part = [&](Index i) {
      return graph_.node("Squeeze", {graph_.slice(parts, {i}, {i + 1}, {0}), graph_.integer(0)});
    };
    const Value query =
        graph_.node("Mul", {part(0), graph_.scalar(1 / std::sqrt(static_cast<float>(of_head)))});
    const Value scores = graph_.node("MatMul", {query, graph_.transpose(part(1), {0, 1, 3, 2})});
    const Value read =
        graph_.node("MatMul", {graph_.node("Softmax", {scores}, {{"axis", std::int64_t(-1)}}), part(2)});
    const Value together = graph_.reshape(graph_.transpose(read, {0, 2, 1, 3}), {0, grid.rows, width});
    const Value y = graph_.node(
        "Add", {x, graph_.affine(together, as_is(prefix + "output.weight"), as_is(prefix + "output.bias"))});
    return graph_.transpose(graph_.reshape(y, {-1, grid.columns, grid.rows, width}), {0, 2, 1, 3});
  }

  // w [in, gates * hidden], its columns in blocks of a gate each -> [1, gates * hidden, in], the gates in the
  // order that ONNX has them.
  std::vector<float> by_gate(const std::vector<Real>& w, Index in, const std::vector<Index>& order) {
    const Index hidden = options_.hidden, columns = static_cast<Index>(order.size()) * hidden;
    std::vector<float> result;
    for (const Index gate : order)
      for (Index j = 0; j < hidden; ++j)
        for (Index i = 0; i < in; ++i)
          result.push_back(static_cast<float>(w[static_cast<std::size_t>(i * columns + gate * hidden + j)]));
    return result;
  }

  // steps [rows, N columns, D] -> [rows, N columns, D], one direction of the recurrence.
  Value direction(const Value& steps, const std::string& which) {
    const std::string prefix = "tier2.recurrent." + which + ".";
    const bool gru = options_.recurrent == RecurrentKind::gru,
               lstm = options_.recurrent == RecurrentKind::lstm;
    // Ours: elman; r z n; i f g o. ONNX: h; z r h; i o f c.
    const std::vector<Index> order = gru    ? std::vector<Index>{1, 0, 2}
                                     : lstm ? std::vector<Index>{0, 3, 1, 2}
                                            : std::vector<Index>{0};
    const Index hidden = options_.hidden, rows = static_cast<Index>(order.size()) * hidden;
    const std::vector<float> input = by_gate(weight(prefix + "input.weight").values(), hidden, order),
                             recurrent = by_gate(weight(prefix + "recurrent.weight").values(), hidden, order);
    std::vector<float> bias(static_cast<std::size_t>(rows), 0);
    if (weights_.contains(prefix + "input.bias"))
      bias = by_gate(weight(prefix + "input.bias").values(), 1, order);
    const std::vector<float> second = by_gate(weight(prefix + "recurrent.bias").values(), 1, order);
    bias.insert(bias.end(), second.begin(), second.end());

    std::vector<OnnxGraph::Attribute> attributes = {
        {"hidden_size", std::int64_t(hidden)},
        {"direction", std::string(which == "backward" ? "reverse" : "forward")}};
    // The candidate of a GRU is reset after the product, as n = tanh(x_n + r u_n) says.
    if (gru) attributes.push_back({"linear_before_reset", std::int64_t(1)});
    const Value y = graph_.node(gru    ? "GRU"
                                : lstm ? "LSTM"
                                       : "RNN",
                                {steps, graph_.constant(prefix + "W", {1, rows, hidden}, input),
                                 graph_.constant(prefix + "R", {1, rows, hidden}, recurrent),
                                 graph_.constant(prefix + "B", {1, 2 * rows}, bias)},
                                attributes);
    const Value state = graph_.node("Squeeze", {y, graph_.integer(1)});  // [rows, N columns, hidden]
    if (options_.recurrent != RecurrentKind::elman || options_.recurrent_output == RecurrentOutput::tanh)
      return state;
    return before_tanh(steps, state, prefix, which == "backward");
  }

  // The Elman cell with linear output, h_t = x_t + tanh(h_{t-1}) w + b: ONNX keeps tanh(h_t) alone, of which
  // the step before gives h_t once more.
  Value before_tanh(const Value& steps, const Value& state, const std::string& prefix, bool reverse) {
    const Index rows = model_.network->grid().rows;
    const Value zero = graph_.node("Mul", {graph_.slice(state, {0}, {1}, {0}), graph_.scalar(0)});
    const Value rest =
        reverse ? graph_.slice(state, {1}, {rows}, {0}) : graph_.slice(state, {0}, {rows - 1}, {0});
    const Value before =
        graph_.node("Concat", reverse ? std::vector<Value>{rest, zero} : std::vector{zero, rest},
                    {{"axis", std::int64_t(0)}});
    const Value x = graph_.node("MatMul", {steps, as_is(prefix + "input.weight")});
    const Value u =
        graph_.affine(before, as_is(prefix + "recurrent.weight"), as_is(prefix + "recurrent.bias"));
    return graph_.node("Add", {x, u});
  }

  // ---- tier 3 ----

  // The gate's verdict on each patch, as logits. [N, patches]
  Value gate(const Value& flat) {
    const Value logits = graph_.node(
        "Add", {graph_.node("MatMul", {flat, as_is("tier3.gate.weight")}), as_is("tier3.gate.bias")});
    return graph_.node("Squeeze", {logits, graph_.integer(-1)});
  }

  StripShape strips() const {
    const PatchGrid grid = model_.network->grid();
    return {1, grid.rows, grid.columns, 1, options_.strips};
  }
  // Patches of a strip: [first, end) of all patches.
  Integers range(Index strip) const {
    const StripShape shape = strips();
    return {shape.first_row(strip) * shape.columns, shape.end_row(strip) * shape.columns};
  }

  // 1 where the gate says so, and in every strip without a 1 at its best patch; strips share rows, so what
  // one strip is given counts for the next. [N, patches], true or false
  Value selected(const Value& logits) {
    const Index patches = strips().patches();
    Value mask = graph_.node("GreaterOrEqual", {logits, graph_.scalar(0)});
    const Value depth = graph_.integer(patches);
    const std::vector<float> off_on = {0, 1};
    const Value values = graph_.constant("off_on", {2}, off_on);
    for (Index strip = 0; strip < options_.strips; ++strip) {
      const Integers r = range(strip);
      const Value here =
          graph_.node("Cast", {graph_.slice(mask, {r[0]}, {r[1]}, {1})}, {{"to", std::int64_t(1)}});
      const Value most = graph_.node("ReduceMax", {here}, {{"axes", Integers{1}}});  // [N, 1]
      const Value none = graph_.node("Less", {most, graph_.scalar(0.5f)});
      const Value best = graph_.node("ArgMax", {graph_.slice(logits, {r[0]}, {r[1]}, {1})},
                                     {{"axis", std::int64_t(1)}, {"keepdims", std::int64_t(0)}});
      const Value place = graph_.node("Add", {best, graph_.integer(r[0])});
      const Value one = graph_.node("OneHot", {place, depth, values}, {{"axis", std::int64_t(-1)}});
      const Value given = graph_.node("And", {none, graph_.node("Greater", {one, graph_.scalar(0.5f)})});
      mask = graph_.node("Or", {mask, given});
    }
    return mask;
  }

  // patches [N, rows, columns, D] -> [N, S D]
  Value pooled(const Value& patches) {
    const Value flat = graph_.reshape(patches, {0, -1, model_.network->patch_size()});  // [N, patches, D]
    const bool by_gate = model_.selection == PatchSelection::By::gate;
    Value logits, mask, weights;  // [N, patches]; weights [N, patches, 1]
    if (by_gate) logits = gate(flat);
    if (by_gate && options_.pooling != PatchPooling::gate) mask = selected(logits);
    if (by_gate && options_.pooling != PatchPooling::max) {
      const Value w = options_.pooling == PatchPooling::gate
                          ? graph_.node("Sigmoid", {logits})
                          : graph_.node("Cast", {mask}, {{"to", std::int64_t(1)}});
      weights = graph_.node("Unsqueeze", {w, graph_.integer(-1)});
    }
    std::vector<Value> parts;
    for (Index strip = 0; strip < options_.strips; ++strip) {
      const Integers r = range(strip);
      const auto of_strip = [&](const Value& x) { return graph_.slice(x, {r[0]}, {r[1]}, {1}); };
      Value x = of_strip(flat);
      const OnnxGraph::Attribute over_patches = {"axes", Integers{1}},
                                 flattened = {"keepdims", std::int64_t(0)};
      if (options_.pooling == PatchPooling::max) {
        if (by_gate) {
          const Value here = graph_.node("Unsqueeze", {of_strip(mask), graph_.integer(-1)});
          x = graph_.node("Where", {here, x, graph_.scalar(-3.4e38f)});
        }
        parts.push_back(graph_.node("ReduceMax", {x}, {over_patches, flattened}));
      } else if (by_gate) {
        const Value w = of_strip(weights);
        // In opset 17 the axes of ReduceSum are an input.
        const auto sum = [&](const Value& y) {
          return graph_.node("ReduceSum", {y, graph_.integer(1)}, {flattened});
        };
        parts.push_back(graph_.node("Div", {sum(graph_.node("Mul", {x, w})), sum(w)}));
      } else {
        parts.push_back(graph_.node("ReduceMean", {x}, {over_patches, flattened}));
      }
    }
    return graph_.node("Concat", parts, {{"axis", std::int64_t(1)}});
  }

  OnnxGraph& graph_;
  const Model& model_;
  const NetworkOptions& options_;
  std::map<std::string, Tensor> weights_;
};

}  // namespace

Value onnx_tiers(OnnxGraph& graph, const Model& model, const Value& crops) {
  return Tiers(graph, model)(crops);
}

}  // namespace triptych
