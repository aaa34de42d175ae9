#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "reid/evaluation/comparison.h"
#include "reid/key.h"
#include "reid/report/scores.h"
#include "reid/training/trainer.h"

namespace triptych {

// The results of one split.
struct SplitResult {
  int split = 1;
  Index queries = 0, gallery = 0;               // queries with a right match; people in the gallery
  Index gallery_images = 0;                     // ... and images, distractors included
  Directions scores;                            // of the model
  std::optional<Directions> untrained, pixels;  // the same network before training; the raw pixels with L2
  std::vector<std::int32_t> ranks;              // of each query's first right match, from 1
  // All ranks behind these, one evaluation for each draw; empty in files of older versions.
  std::vector<Evaluation> draws, untrained_draws, pixel_draws;
  std::string key;     // key_of(inputs)
  Inputs inputs;       // everything that decided the model, or its test (reid/experiment/inputs.h)
  RankedSplit ranked;  // the forward direction, query by query; no queries in files of older versions
  std::vector<EmRecord> em;
  std::vector<ValidationRecord> validation;
  double seconds = 0;
};

// "120 queries; gallery: 130 images of 120 people"
std::string test_sentence(const SplitResult& result);

// Where a result comes from: enough to reproduce it.
struct Provenance {
  std::string command, commit, build_flags;
  std::string device, instruction_set;             // "cpu", and what it chose for this processor
  std::string data, data_hash, protocol, options;  // options: JSON text, see to_json(Options)
  std::uint64_t seed = 0;
  int threads = 1;
  double seconds = 0;
};

// results.json: at the top level the means over the splits ("deviation" when there are several), then each
// split, then the provenance. Shares are percentages. A result that is not finite is an Error, because JSON
// has no NaN.
std::string results_json(const Provenance& provenance, const std::vector<SplitResult>& splits);

// The splits of a results.json, for a run over several splits that resumes. An Error names a file that is no
// such thing.
std::vector<SplitResult> read_results(const std::filesystem::path& file);
// The same of a text; `origin` stands in the messages.
std::vector<SplitResult> parse_results(const std::string& text, const std::string& origin);

}  // namespace triptych
