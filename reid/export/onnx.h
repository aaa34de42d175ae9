#pragma once
#include <string>

#include "reid/network/model.h"

namespace triptych {

// The model as an ONNX file (opset 17): everything from an image's bytes to its embedding, so that no program
// that runs it needs to know the normalisation, the crops of test-mirror and test-shift, or the calibration.
//
//   images     uint8 [batch, image-height, image-width, 3], RGB, resized to the network's image size
//   cameras    int64 [batch]: who took the image, as the program numbers cameras, from 1; 0: unknown. Only of
//              models that treat cameras apart (camera-colours, test-centre)
//   embedding  float32 [batch, size], rows of length 1
//
// Embeddings agree with `embed` to the rounding of sums, 1e-5.
std::string onnx_model(const Model& model);
// Has the graph the input `cameras`?
bool takes_cameras(const Model& model);

}  // namespace triptych
