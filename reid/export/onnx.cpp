#include "reid/export/onnx.h"

#include <algorithm>

#include "engine/error.h"
#include "reid/evaluation/embed.h"
#include "reid/export/onnx_tiers.h"

namespace triptych {
namespace {

using Value = OnnxGraph::Value;
using Integers = OnnxGraph::Shape;

// What stands before and behind the tiers. Comments give the shape of a result; N is the batch.
class Exporter {
 public:
  explicit Exporter(const Model& model) : model_(model), options_(model.options.network) {}

  std::string file() {
    require(!options_.unit_strips && options_.gate == GateKind::linear,
            "export --onnx writes networks without --unit-strips and with --gate linear; this one has {}",
            options_.unit_strips ? "unit strips" : "a gate that reads the context");
    require(options_.temporal == Temporal::none && options_.neck == Neck::none,
            "export --onnx writes networks of single images without a neck; this one has --{}",
            options_.temporal == Temporal::none ? "neck bn" : "temporal");
    using Type = OnnxGraph::Type;
    graph_.input("images", Type::byte,
                 {{0, "batch"}, {options_.image_height, ""}, {options_.image_width, ""}, {3, ""}});
    if (takes_cameras(model_)) graph_.input("cameras", Type::integer, {{0, "batch"}});
    graph_.output("embedding", Type::real, {{0, "batch"}, {model_.network->embedding_size(), ""}});

    const Value pixels = normalised(graph_.node("Cast", {"images"}, {{"to", std::int64_t(Type::real)}}));
    Value embedding;
    const std::vector<View> views = testing_views(model_.options.testing);
    for (const View& view : views) {
      const Value one = graph_.length_one(onnx_tiers(graph_, model_, crop(pixels, view)));
      embedding = embedding.empty() ? one : graph_.node("Add", {embedding, one});
    }
    if (views.size() > 1) embedding = graph_.length_one(embedding);
    graph_.named("embedding", "Identity", {calibrated(embedding)});
    return graph_.file("A person re-identification network: images to embeddings of length 1.");
  }

 private:
  // The row of a table [1 + cameras, ...] that belongs to each image's camera; numbers beyond the table are
  // unknown cameras, too, and have the first row. [N, ...]
  Value of_camera(const Value& table, std::int64_t cameras) {
    const Value known = graph_.node("LessOrEqual", {"cameras", graph_.integer(cameras)});
    const Value row = graph_.node("Where", {known, "cameras", graph_.integer(0)});
    return graph_.node("Gather", {table, row}, {{"axis", std::int64_t(0)}});
  }

  // (byte / 255 - mean) / deviation. [N, height, width, 3]
  Value normalised(const Value& bytes) {
    std::vector<float> means, deviations;
    const auto append = [&](const Normalisation& n) {
      for (int c = 0; c < 3; ++c) {
        means.push_back(static_cast<float>(n.mean[c]));
        deviations.push_back(static_cast<float>(n.deviation[c]));
      }
    };
    append(model_.normalisation.overall);
    for (const Normalisation& camera : model_.normalisation.cameras) append(camera);
    const auto cameras = static_cast<std::int64_t>(model_.normalisation.cameras.size());
    Value mean = graph_.constant("mean", {cameras + 1, 1, 1, 3}, means);
    Value deviation = graph_.constant("deviation", {cameras + 1, 1, 1, 3}, deviations);
    if (cameras > 0) mean = of_camera(mean, cameras), deviation = of_camera(deviation, cameras);
    const Value unit = graph_.node("Div", {bytes, graph_.scalar(255)});
    return graph_.node("Div", {graph_.node("Sub", {unit, mean}), deviation});
  }

  // The crop from the middle, moved and mirrored as the view says; beyond the border the border is repeated.
  // [N, crop height, crop width, 3]
  Value crop(const Value& pixels, const View& view) {
    const Index top = (options_.image_height - options_.crop_height) / 2 + view.down,
                left = (options_.image_width - options_.crop_width) / 2 + view.right;
    const Index above = std::max<Index>(0, -top), before = std::max<Index>(0, -left);
    const Index below = std::max<Index>(0, top + options_.crop_height - options_.image_height),
                after = std::max<Index>(0, left + options_.crop_width - options_.image_width);
    Value x = pixels;
    if (above + before + below + after > 0)
      x = graph_.node("Pad", {x, graph_.integers({0, above, before, 0, 0, below, after, 0})},
                      {{"mode", std::string("edge")}});
    const Index y0 = top + above, x0 = left + before;
    x = graph_.slice(x, {y0, x0}, {y0 + options_.crop_height, x0 + options_.crop_width}, {1, 2});
    if (!view.mirror) return x;
    return graph_.node("Slice", {x, graph_.integers({-1}), graph_.integers({-options_.crop_width - 1}),
                                 graph_.integers({2}), graph_.integers({-1})});
  }

  // As reid/evaluation/calibration.h says: W (e - m) / |W (e - m)|. [N, S D]
  Value calibrated(const Value& embedding) {
    if (model_.centres.empty()) return embedding;
    const auto size = static_cast<std::int64_t>(model_.network->embedding_size());
    const auto cameras = static_cast<std::int64_t>(model_.centres.size());
    std::vector<float> table(static_cast<std::size_t>(size), 0);
    for (const std::vector<Real>& centre : model_.centres)
      for (std::size_t k = 0; k < centre.size(); ++k)
        table[k] += static_cast<float>(centre[k]) / static_cast<float>(cameras);
    for (const std::vector<Real>& centre : model_.centres)
      table.insert(table.end(), centre.begin(), centre.end());
    Value x = graph_.node(
        "Sub", {embedding, of_camera(graph_.constant("centres", {cameras + 1, size}, table), cameras)});
    if (const Whitening& w = model_.whitening; !w.empty()) {
      // [N, S D] -> [S, N, D], times each strip's matrix transposed, and back.
      const Value by_strip = graph_.transpose(graph_.reshape(x, {-1, w.strips, w.width}), {1, 0, 2});
      const Value matrices = graph_.transpose(graph_.constant("whitening", {w.strips, w.width, w.width},
                                                              std::vector<float>(w.w.begin(), w.w.end())),
                                              {0, 2, 1});
      x = graph_.reshape(graph_.transpose(graph_.node("MatMul", {by_strip, matrices}), {1, 0, 2}),
                         {-1, size});
    }
    return graph_.length_one(x);
  }

  const Model& model_;
  const NetworkOptions& options_;
  OnnxGraph graph_;
};

}  // namespace

bool takes_cameras(const Model& model) {
  return !model.normalisation.cameras.empty() || !model.centres.empty();
}

std::string onnx_model(const Model& model) {
  return Exporter(model).file();
}

}  // namespace triptych
