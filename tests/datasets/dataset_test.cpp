#include "datasets/dataset.h"

#include <algorithm>

#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

std::string opening(const TemporaryFolder& folder) {
  return complaint([&] { open_dataset(folder.str()); });
}

Index of_identity(const Dataset& dataset, Index identity) {
  return std::count_if(dataset.samples.begin(), dataset.samples.end(),
                       [&](const Sample& s) { return s.identity == identity; });
}

}  // namespace

TEST_CASE("PRID-450S: same number, same person; labels follow the sorted numbers") {
  TemporaryFolder folder;
  write_images(folder, {"cam_a/img_0002.png", "cam_a/img_0010.png", "cam_a/img_0001.png",
                        "cam_b/img_0010.png", "cam_b/img_0001.png", "cam_b/img_0002.png"});
  const Dataset dataset = open_dataset(folder.str());
  CHECK(dataset.layout == "PRID-450S");
  CHECK(dataset.identities == 3);
  CHECK(dataset.cameras == 2);
  CHECK(dataset.identity_names == std::vector<std::string>{"0001", "0002", "0010"});
  REQUIRE(dataset.samples.size() == 6);
  for (int i = 0; i < 6; ++i) {
    const Sample& s = dataset.samples[static_cast<std::size_t>(i)];
    CHECK(s.identity == i % 3);
    CHECK(s.camera == i / 3);
    CHECK(s.file.stem() == "img_" + dataset.identity_names[static_cast<std::size_t>(i % 3)]);
  }
  CHECK(dataset.distractors == 0);
  CHECK(dataset.warnings.empty());
}

TEST_CASE("people seen by one camera become distractors and are counted") {
  TemporaryFolder folder;
  write_images(folder, {"cam_a/img_0001.png", "cam_a/img_0002.png", "cam_b/img_0001.png",
                        "cam_b/img_0003.png", "cam_b/img_0004.png"});
  const Dataset dataset = open_dataset(folder.str());
  CHECK(dataset.identities == 1);
  CHECK(dataset.distractors == 3);
  CHECK(dataset.one_camera_identities == 3);
  CHECK(of_identity(dataset, distractor) == 3);
  CHECK(dataset.images_of_camera == std::vector<Index>{2, 3});
  CHECK(contains(summary(dataset), "3 people seen by one camera only"));
}

TEST_CASE("PRID 2011: above 200 the cameras number different people") {
  TemporaryFolder folder;
  write_images(folder, {"cam_a/person_0001.png", "cam_a/person_0200.png", "cam_a/person_0201.png",
                        "cam_b/person_0001.png", "cam_b/person_0200.png", "cam_b/person_0201.png"});
  const Dataset dataset = open_dataset(folder.str());
  CHECK(dataset.layout == "PRID 2011");
  CHECK(dataset.identities == 2);
  CHECK(dataset.one_camera_identities == 2);
  CHECK(dataset.distractors == 2);
  REQUIRE(dataset.warnings.size() == 1);
  CHECK(contains(dataset.warnings[0], "PRID 2011"));

  TemporaryFolder official;
  write_images(official, {"single_shot/cam_a/person_0001.png", "single_shot/cam_b/person_0001.png"});
  CHECK(open_dataset(official.str()).identities == 1);
}

TEST_CASE("VIPeR: the number before the underscore is the person, gaps do not matter") {
  TemporaryFolder folder;
  write_images(folder, {"cam_a/000_45.png", "cam_a/007_0.png", "cam_b/000_90.png", "cam_b/007_180.png"});
  const Dataset dataset = open_dataset(folder.str());
  CHECK(dataset.layout == "VIPeR");
  CHECK(dataset.identities == 2);
  CHECK(dataset.samples[3].identity == 1);
}

TEST_CASE("Market-1501: junk is left out, 0000 is a distractor, parts are kept") {
  TemporaryFolder folder;
  write_images(folder,
               {"bounding_box_train/0002_c1s1_000001_00.png", "bounding_box_train/0002_c2s1_000001_00.png",
                "query/0003_c1s1_000001_00.png", "bounding_box_test/0003_c1s1_000002_00.png",
                "bounding_box_test/0003_c6s1_000002_00.png", "bounding_box_test/-1_c1s1_000002_00.png",
                "bounding_box_test/0000_c1s1_000002_00.png", "bounding_box_test/0009_c1s1_000002_00.png"});
  const Dataset dataset = open_dataset(folder.str());
  CHECK(dataset.layout == "Market-1501");
  CHECK(dataset.identities == 2);
  CHECK(dataset.cameras == 3);
  CHECK(dataset.junk == 1);
  CHECK(dataset.distractors == 2);
  CHECK(dataset.one_camera_identities == 1);  // 0009
  const auto part = [&](Part p) {
    return std::count_if(dataset.samples.begin(), dataset.samples.end(),
                         [&](const Sample& s) { return s.part == p; });
  };
  CHECK(part(Part::train) == 2);
  CHECK(part(Part::query) == 1);
  CHECK(part(Part::gallery) == 4);
  CHECK(contains(summary(dataset), "2 train, 1 query, 4 gallery"));
  const std::vector<Index> everybody = {0, 1};
  const std::vector<Index> training = samples_for_training(dataset, everybody);
  const auto table = samples_by_identity_and_camera(dataset, training);
  CHECK(table[0].size() == 1);  // 0002 by c1
  CHECK(table[3].empty());      // 0003 by c1 is for testing
  CHECK(training.size() == 2);  // neither a query, nor 0003 in the gallery, nor a distractor
  for (const Index i : training) CHECK(dataset.samples[static_cast<std::size_t>(i)].part == Part::train);
  CHECK(samples_for_training(dataset, std::vector<Index>{}).empty());
}

TEST_CASE("Market-1501: queries that cannot be answered") {
  TemporaryFolder folder;
  write_images(
      folder,
      {"bounding_box_train/0002_c1s1_000001_00.png", "bounding_box_train/0002_c2s1_000001_00.png",
       "query/0003_c1s1_000001_00.png", "query/0004_c1s1_000001_00.png", "query/0005_c1s1_000001_00.png",
       "bounding_box_test/0003_c2s1_000002_00.png", "bounding_box_test/0004_c1s1_000002_00.png"});
  const Dataset dataset = open_dataset(folder.str());
  REQUIRE(dataset.warnings.size() == 1);
  CHECK(contains(dataset.warnings[0], "2 of 3 queries"));
  CHECK(contains(dataset.warnings[0], "0004, 0005"));
  CHECK(dataset.identities == 2);

  std::filesystem::remove(folder / "bounding_box_test/0003_c2s1_000002_00.png");
  const std::string message = opening(folder);
  CHECK(contains(message, "none of the query people"));
  CHECK(contains(message, "same data set"));
}

TEST_CASE("a plain folder: the file's first word is the camera") {
  TemporaryFolder folder;
  write_images(folder, {"anna/door_1.png", "anna/door_2.png", "anna/hall_1.png", "ben/hall_1.png"});
  const Dataset dataset = open_dataset(folder.str());
  CHECK(dataset.identities == 1);
  CHECK(dataset.identity_names[0] == "anna");
  CHECK(dataset.distractors == 1);
  CHECK(samples_by_identity_and_camera(dataset, std::vector<Index>{0, 1, 2, 3})[0].size() == 2);
}

TEST_CASE("synthetic people need no folder") {
  const Dataset dataset = open_dataset("synthetic:6");
  CHECK(dataset.synthetic);
  CHECK(dataset.identities == 6);
  CHECK(dataset.samples.size() == 12);
  CHECK(dataset.samples[6].camera == 1);
  CHECK(dataset.samples[6].identity == 0);
  CHECK(dataset.synthetic_options.identities == 6);
  CHECK(open_dataset("synthetic").identities == SyntheticOptions().identities);
  for (const char* wrong : {"synthetic:", "synthetic:x", "synthetic:1", "synthetic:-5", "synthetic:9x"}) {
    CAPTURE(wrong);
    const std::string message = complaint([&] { open_dataset(wrong); });
    CHECK(contains(message, "synthetic:200"));
    CHECK(contains(message, wrong));
  }
}

TEST_CASE("the knobs of the synthetic people") {
  const Dataset dataset = open_dataset("synthetic:6,blur=0.5,noise=0");
  CHECK(dataset.identities == 6);
  CHECK(dataset.synthetic_options.blur == 0.5f);
  CHECK(dataset.synthetic_options.noise == 0);
  CHECK(dataset.synthetic_options.pose == SyntheticOptions().pose);
  CHECK(open_dataset("synthetic,cast=0.25").synthetic_options.cast == 0.25f);
  for (const char* wrong :
       {"synthetic:6,", "synthetic:6,blur", "synthetic:6,blur=", "synthetic:6,blur=2", "synthetic:6,blur=nan",
        "synthetic:6,blur=0.5x", "synthetic:6,fog=1", "synthetic:6,blur=-1"}) {
    CAPTURE(wrong);
    const std::string message = complaint([&] { open_dataset(wrong); });
    CHECK(contains(message, wrong));
    CHECK(contains(message, "misalignment"));
  }
}

TEST_CASE("what is no data set is an error that says what to do") {
  TemporaryFolder folder;
  CHECK(contains(complaint([&] { open_dataset((folder / "absent").string()); }), "there is no folder"));
  CHECK(contains(opening(folder), "is empty"));
  CHECK(contains(opening(folder), "bounding_box_train/"));
  write_text(folder / "a.txt", "x");
  CHECK(contains(complaint([&] { open_dataset((folder / "a.txt").string()); }), "is a file"));
  CHECK(contains(opening(folder), "is not one that is understood"));
  CHECK(contains(opening(folder), "cam_a/img_0001.png"));

  TemporaryFolder hollow, strangers;
  std::filesystem::create_directory(hollow / "cam_a");
  std::filesystem::create_directory(hollow / "cam_b");
  CHECK(contains(opening(hollow), "holds no images"));
  write_images(strangers, {"cam_a/img_0001.png", "cam_b/img_0002.png"});
  CHECK(contains(opening(strangers), "nobody in"));
  CHECK(contains(opening(strangers), "same number or name"));
}
