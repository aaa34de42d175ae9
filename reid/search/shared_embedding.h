#pragma once
#include <vector>

#include "reid/evaluation/embed.h"

namespace triptych {

// Embeds images, [count] at the network's size with the cameras that took them (-1: unknown), which only the
// first of several ranks has (engine/ranks.h): it sends their pixels, and all share the work as in embed(),
// while the others are in help_to_embed(). So one process reads files and decides what is embedded. The
// embeddings are the same bits for any number of ranks. Alone: embed().
EmbeddedImages embed_with_help(const Model& model, std::vector<Image> images, std::vector<int> cameras);

// Called by the others: embeds what the first rank asks for, until that calls end_help().
void help_to_embed(const Model& model);
void end_help(const Model& model);  // by the first rank; alone: nothing

}  // namespace triptych
