#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "datasets/dataset.h"
#include "engine/sha256.h"

namespace triptych {

// What the images of a data set are, without decoding them: the digest of each file's bytes. A synthetic
// image has no file; its digest covers what it is rendered from (knobs, size, seed, identity, camera). Files
// are read once, one after the other on each thread. Images that cannot be read: Error, as in open_images.
std::vector<Sha256::Digest> content_digests(const Dataset& dataset, std::uint64_t seed, int threads);

// Of the digests in their order. For synthetic images also of two rendered ones, so that a change of the
// renderer is noticed.
std::string digest_of_images(const Dataset& dataset, std::uint64_t seed,
                             const std::vector<Sha256::Digest>& contents);

// Of the label, camera and part of each image, in order.
std::string digest_of_labels(const Dataset& dataset);

}  // namespace triptych
