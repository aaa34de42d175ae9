#pragma once
#include <span>
#include <string>

#include "reid/experiment/data.h"
#include "reid/network/model.h"

namespace triptych {

// The given identities that the model was trained on: an image of theirs, in whatever part of the data set,
// has the content of one of the images that it learned from (or that the model it started from learned from).
std::vector<Index> known_identities(const Model& model, const ExperimentData& data,
                                    std::span<const Index> identities);

// Test figures over identities that a model was trained on say nothing about new ones: an Error that says how
// many there are and what to do. `whose`: the model's file.
void require_unknown(const Model& model, const ExperimentData& data, std::span<const Index> identities,
                     const std::string& whose);

}  // namespace triptych
