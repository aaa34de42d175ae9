#pragma once
#include "reid/export/onnx_graph.h"
#include "reid/network/model.h"

namespace triptych {

// The three tiers of a network as nodes: crops [N, crop height, crop width, 3], normalised, to the pooled
// strips [N, S D], not yet of length 1. N is any number of images.
OnnxGraph::Value onnx_tiers(OnnxGraph& graph, const Model& model, const OnnxGraph::Value& crops);

}  // namespace triptych
