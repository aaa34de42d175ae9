#pragma once
// A trained model in use: load it, embed images, search among embeddings. Functions may be called from many
// threads.
//
//   #include <triptych/inference.h>
//
//   const triptych::Embedder embedder("model.safetensors");
//   triptych::Gallery gallery(embedder.dimensions());
//   gallery.add("a.png", embedder.embed(triptych::read_image("a.png")));
//   for (const triptych::Match& match : gallery.search(embedder.embed(triptych::read_image("q.png")), 5)) ...
#include "datasets/image.h"
#include "reid/inference.h"
