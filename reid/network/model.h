#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "datasets/image_source.h"
#include "engine/safetensors.h"
#include "reid/network/network.h"
#include "reid/network/whitening.h"

namespace triptych {

// A network with everything that inference on a new image needs.
struct Model {
  Options options;  // those it was trained with; options.network defines the weights
  std::unique_ptr<Network> network;
  CameraNormalisation normalisation;  // of the images it was trained on
  // [cameras][embedding]: the mean embedding of each camera's training images, which test-centre subtracts.
  // Empty: none.
  std::vector<std::vector<Real>> centres;
  Whitening whitening;  // of centred embeddings, with test-whiten; empty: none
  PatchSelection::By selection = PatchSelection::By::everything;  // at test time
  // Hashes (ImageSource::hash) of all training images, ascending, including those of the model that training
  // started from. Empty: unknown, as in files of older versions.
  std::vector<std::uint64_t> trained_on;
  std::string key;  // of all inputs of the training (reid/experiment/inputs.h); empty: unknown
};

Model make_model(const Device& device, const Options& options, const CameraNormalisation& normalisation);

// model.safetensors: the weights by name, everything else as metadata. Errors name the file.
TensorFile to_file(const Model& model);
Model from_file(const TensorFile& file, const Device& device, const std::string& origin);
void save_model(const std::filesystem::path& path, const Model& model);
Model load_model(const std::filesystem::path& path, const Device& device);

// Hashes of the images that the model in the file was trained on; empty when the file does not say.
std::vector<std::uint64_t> trained_on(const TensorFile& file, const std::string& origin);

// Copies the tensors named like the parameters into them; a missing name or another shape is an Error.
void restore_parameters(const ParameterList& parameters, const TensorFile& file, const std::string& origin);

}  // namespace triptych
