#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "datasets/synthetic/synthetic.h"
#include "kernels/real.h"

namespace triptych {

// The identity of a distractor image: it is in the gallery, to be confused with, and matches no query.
constexpr Index distractor = -1;

// What a data set fixes for an image. `any`: the set leaves it to a split of the people (datasets/splits.h).
enum class Part { any, train, query, gallery };

struct Sample {
  Index identity;              // label, 0..identities-1, or `distractor`
  int camera;                  // 0..cameras-1
  std::filesystem::path file;  // empty for synthetic people
  Part part = Part::any;
  Index sequence = -1,
        frame = -1;  // of a set that says so: which sequence of the identity, which frame of it
  Index track = -1;  // number of that sequence among all of the set; -1: a still image, which has none
};

// A list of images and who is on them; the pixels come with open_images (datasets/image_source.h). Every
// person with a label is seen by two cameras at least. Samples are in a fixed order: by camera, then by name
// (Market-1501: by part first).
struct Dataset {
  std::string name;    // the folder's own name, or "synthetic"
  std::string layout;  // which layout was recognised, in words
  std::string root;    // as given
  std::vector<Sample> samples;
  Index identities = 0;                     // labels are 0..identities-1
  std::vector<std::string> identity_names;  // [identities] as in the file names, sorted
  int cameras = 0;

  std::vector<Index> images_of_camera;  // [cameras], distractors included
  Index distractors = 0;                // samples without a label
  Index one_camera_identities = 0;      // people seen by a single camera: they became distractors
  Index junk = 0;                       // left out: the set's own rule says neither right nor wrong
  std::vector<std::string> warnings;    // one sentence each: what is odd and what to do

  // Of a set of sequences (join_sequences in sequences.h): the frames of each sample, in order. Empty:
  // samples are images.
  std::vector<std::vector<Sample>> frames;

  bool synthetic = false;
  SyntheticOptions synthetic_options;  // when synthetic
};

// Opens "synthetic", "synthetic:PEOPLE", "synthetic:PEOPLE,blur=0.5,noise=0" (the knobs of SyntheticOptions),
// or a folder, whose layout is recognised:
//   PRID-450S    cam_a/img_0001.png, cam_b/img_0001.png: same number, same person
//   PRID 2011    cam_a/person_0001.png, cam_b/person_0001.png: the same up to 200, beyond they are different
//                people; also with the images in single_shot/
//   VIPeR        cam_a/000_45.bmp, cam_b/000_90.bmp: the number before _ is the person
//   Market-1501  bounding_box_train/, query/, bounding_box_test/ with 0002_c1s1_000451_03.jpg; -1 is junk and
//                left out, 0000 is a distractor
//   DukeMTMC-reID  the same folders with 0002_c1_f0044158.jpg
//   MSMT17       list_train.txt, list_val.txt, list_query.txt, list_gallery.txt and the images in train/ and
//                test/, or in mask_train_v2/ and mask_test_v2/; list_val.txt trains, too
//   CUHK03       cuhk03_new_protocol_config_labeled.mat beside images_labeled/, or the same with "detected";
//                of a folder that has both, give one of the two image folders
//   PRID 2011 multi-shot  multi_shot/ with cam_a/person_0001/0001.png, and
//   iLIDS-VID    sequences/cam1/person001/cam1_person001_00317.png: a folder for each sequence
//   MARS         bbox_train/ and bbox_test/ with 0001/0001C1T0001F001.jpg: person, camera, sequence and
//                frame; the lists in info/ say who is searched for
//   plain        ID/CAMERA_*.png: a folder for each person; or ID/ID_c1s1_*.jpg, names as in Market-1501
// An unknown or empty folder, names that break the layout's rule, nobody seen by two cameras: Error with what
// to do.
// frames > 0: synthetic people walk, in a sequence of so many frames for each person and camera.
Dataset open_dataset(const std::string& where, Index frames = 0);
// The images that a CSV file lists (datasets/list_file.h); paths are relative to `root`, or to the file's own
// folder if it is empty.
Dataset open_list(const std::string& file, const std::string& root = {});

// Which layouts are understood, one a line: for messages and help texts.
std::string understood_layouts();

// table[person * cameras + camera]: which of these samples show a person from a camera; distractors are
// left out.
std::vector<std::vector<Index>> samples_by_identity_and_camera(const Dataset& dataset,
                                                               std::span<const Index> samples);

// The images of these people that training may use (Part::train and Part::any), in the order of the samples.
std::vector<Index> samples_for_training(const Dataset& dataset, std::span<const Index> identities);

// A few lines for people: layout, images, people, cameras, distractors, warnings.
std::string summary(const Dataset& dataset);

}  // namespace triptych
