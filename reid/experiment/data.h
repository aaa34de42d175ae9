#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "datasets/image_source.h"
#include "datasets/splits.h"
#include "reid/evaluation/protocol.h"
#include "reid/experiment/inputs.h"
#include "reid/experiment/watcher.h"
#include "reid/options.h"

// What an experiment is made on: the images, who trains, who is tested, and who is searched for among whom.
namespace triptych {

enum class ProtocolKind { automatic, camera, pair, fixed };
inline const EnumNames<ProtocolKind> protocol_names = {{"auto", ProtocolKind::automatic},
                                                       {"camera", ProtocolKind::camera},
                                                       {"pair", ProtocolKind::pair},
                                                       {"fixed", ProtocolKind::fixed}};

// How data is asked for.
struct DataChoice {
  std::string data = "synthetic";
  std::string splits;       // a JSON file; empty: drawn from data_seed
  std::string split = "1";  // "3", "1,4", "1-10", "all"
  std::uint64_t data_seed = 1;
  ProtocolKind protocol = ProtocolKind::automatic;
  std::string list;        // a CSV file that lists the images (datasets/list_file.h); empty: none
  int gallery_camera = 0;  // of protocol camera, from 1; 0: the first
  double occlude = 0;      // share of each query that is pasted over; 0: queries are as they are
  Index frames = 0;        // of each sequence of synthetic people, who walk; 0: images, each by itself
  // Bytes of decoded images that are kept; changes no result. 0: default_image_memory().
  std::size_t memory = 0;
};

template <class Visitor, class Choice>
void describe_data(Visitor&& field, Choice& c) {
  field("data", c.data, "a folder of images, or synthetic[:PEOPLE] for drawn ones");
  field("splits", c.splits,
        "JSON file with permutations of the people: the first half trains [drawn from --data-seed]");
  field("split", c.split, "which split: a number, a list 1,4 or a range 1-10 of them, or all");
  field("data-seed", c.data_seed, "of synthetic people and of drawn splits");
  field("protocol", c.protocol, protocol_names,
        "camera: single shot between two cameras; pair: ten random pairs; fixed: the set's own; auto: by the "
        "data");
  field(
      "list", c.list,
      "CSV file that lists the images: path, person, camera, part [, sequence, frame]; paths are relative to "
      "--data");
  field(
      "gallery-camera", c.gallery_camera,
      "protocol camera: whose images are searched among, from 1 [0: the first]; the other camera's queries");
  field("occlude", c.occlude,
        "share of each query that a part of another person or of the street is pasted over, drawn from "
        "--data-seed");
  field("frames", c.frames,
        "synthetic people walk: how many frames each camera's sequence of a person has; 0: single images");
}

// The data set of --data and --list.
Dataset open_dataset(const DataChoice& choice);

// ... as a network takes it: with --temporal a sequence of frames is one example (datasets/sequences.h).
Dataset open_dataset(const DataChoice& choice, const NetworkOptions& network);

// As JSON, and back, for the record that a run keeps of itself.
std::string to_json(const DataChoice& choice);
DataChoice data_choice_from_json(const std::string& text, const std::string& origin);

ImageSettings image_settings(const DataChoice& choice, Index height, Index width, int threads);

// A data set with its images, and digests of what they are.
struct ExperimentData {
  Dataset dataset;
  ImageSource images;  // at the size that was asked for
  DataDigests digests;
};
// Reads every image once; the summary of the data set is the first line that the watcher gets.
ExperimentData open_data(const DataChoice& choice, Index height, Index width, int threads,
                         const Watcher& watcher = {});
ExperimentData open_data(const DataChoice& choice, const NetworkOptions& network, int threads,
                         const Watcher& watcher = {});
// Of the images and labels alone, without decoding the images.
DataDigests digests_of(const Dataset& dataset, std::uint64_t seed, int threads);

struct NumberedSplit {
  int number = 1;
  Split identities;
};
// The splits that --split asks for, of --splits, of the data set itself, or drawn from --data-seed. A data
// set that fixes its own split takes no others: giving some is an Error.
std::vector<NumberedSplit> chosen_splits(const DataChoice& choice, const Dataset& dataset);

// The training identities, some of them held out for validation (`test`), a third at most: what is validated
// is not learned from.
Split train_and_validation(std::span<const Index> identities, const TrainingOptions& options);

// How identities are tested: one protocol, or the ten draws of `pair`.
struct TestPlan {
  std::string name;  // "camera", "pair", "fixed"
  std::vector<Protocol> draws;
  bool both_directions = true;
  double occlude = 0;  // share of each query that is pasted over
  std::uint64_t occlude_seed = 1;
  std::vector<Index> donors = {};  // samples that occluders are made of
};
// The plan with `share` of each query pasted over; donors are all who are not tested (datasets/occlusion.h).
TestPlan occluded_plan(TestPlan plan, double share, std::uint64_t seed, const Dataset& dataset,
                       const std::vector<Index>& identities);
// The images of a search by a plan: its queries occluded as the plan says, everything else as it is.
ImageSource images_of_search(const TestPlan& plan, const Protocol& protocol, const Dataset& dataset,
                             const ImageSource& images);
TestPlan test_plan(const DataChoice& choice, const Dataset& dataset, const std::vector<Index>& identities);
// Of the name, the direction(s), the queries and galleries of all draws, and of what occludes the queries:
// the donors follow from those and from the data set.
std::string digest_of(const TestPlan& plan);

}  // namespace triptych
