#include "datasets/sequences.h"

#include "datasets/audit.h"
#include "datasets/image_source.h"
#include "datasets/layouts.h"
#include "datasets/save_synthetic.h"
#include "tests/datasets/helpers.h"
#include "tests/datasets/mat_writer.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("synthetic people walk in a sequence for each person and camera, each of which is one example") {
  const Dataset frames = open_dataset("synthetic:3", 4);
  REQUIRE(frames.samples.size() == 24);
  CHECK(frames.samples[5].identity == 1);
  CHECK(frames.samples[5].frame == 1);
  CHECK(frames.samples[5].track == 1);
  const Dataset joined = join_sequences(frames);
  REQUIRE(joined.samples.size() == 6);
  CHECK(joined.samples[4].identity == 1);
  CHECK(joined.samples[4].camera == 1);
  CHECK(joined.samples[4].frame == 2);  // the one in the middle stands for all
  REQUIRE(joined.frames[4].size() == 4);
  for (Index k = 0; k < 4; ++k) CHECK(joined.frames[4][static_cast<std::size_t>(k)].frame == k);
  CHECK(joined.images_of_camera == std::vector<Index>{3, 3});
  CHECK(contains(summary(joined), "sequences    6, with 4 to 4 frames"));
  CHECK(contains(summary(joined), "images       24"));
  CHECK(contains(summary(joined), "with 3, 3 sequences"));
  CHECK(contains(summary(frames), "sequences    6, with 4 to 4 frames"));
  CHECK(!contains(summary(open_dataset("synthetic:3")), "sequences"));
}

TEST_CASE("single images are no sequences") {
  CHECK(contains(complaint([] { join_sequences(open_dataset("synthetic:3")); }),
                 "single images and no sequences"));
  CHECK(contains(complaint([] { open_dataset("synthetic:3", 1001); }), "1 to 1000 frames"));
  TemporaryFolder folder;
  write_images(folder, {"cam_a/img_1.png", "cam_b/img_1.png"});
  CHECK(contains(complaint([&] { open_dataset(folder.str(), 3); }), "leave --frames out"));
}

TEST_CASE("saved walkers are an iLIDS-VID folder with the same frames") {
  TemporaryFolder folder;
  const Dataset drawn = open_dataset("synthetic:2", 3);
  save_synthetic(drawn, 3, 2, folder / "walkers");
  const Dataset saved = open_dataset((folder / "walkers").string());
  CHECK(saved.layout == "iLIDS-VID");
  REQUIRE(saved.samples.size() == 12);
  CHECK(saved.samples[4].frame == 2);
  const ImageSource from_files = open_images(saved, {64, 32}), rendered = open_images(drawn, {64, 32, 3});
  for (Index i = 0; i < 12; ++i) CHECK(from_files.copy(i).pixels == rendered.copy(i).pixels);
  CHECK(audit_names(saved).size() == 1);  // partition_10trials.json is no image
  const Dataset joined = join_sequences(saved);
  CHECK(audit_names(joined).size() == 1);
  REQUIRE(joined.samples.size() == 4);
  CHECK(joined.frames[3].size() == 3);
}

TEST_CASE("PRID 2011, multi-shot: a folder for each sequence; strangers above 200 are distractors") {
  TemporaryFolder folder;
  write_images(folder,
               {"cam_a/person_0001/0002.png", "cam_a/person_0001/0001.png", "cam_b/person_0001/0001.png",
                "cam_a/person_0201/0001.png", "cam_b/person_0201/0001.png", "cam_b/person_0201/0002.png"});
  const Dataset joined = join_sequences(open_dataset(folder.str()));
  CHECK(joined.layout == "PRID 2011 multi-shot");
  CHECK(joined.identity_names == std::vector<std::string>{"0001"});
  REQUIRE(joined.samples.size() == 4);
  CHECK(joined.distractors == 2);
  CHECK(joined.frames[0].size() == 2);
  CHECK(joined.frames[0][0].file.filename() == "0001.png");
  CHECK(joined.frames[3].size() == 2);  // of a stranger
  write_images(folder, {"cam_a/person_0001/first.png"});
  CHECK(contains(complaint([&] { open_dataset(folder.str()); }), "names are the frame's number"));
}

TEST_CASE("iLIDS-VID: names repeat their folders") {
  TemporaryFolder folder;
  write_images(folder, {"i-LIDS-VID/sequences/cam1/person001/cam1_person001_00317.png",
                        "i-LIDS-VID/sequences/cam2/person001/cam2_person001_00001.png"});
  CHECK(open_dataset(folder.str()).samples[0].frame == 317);
  write_images(folder, {"i-LIDS-VID/sequences/cam2/person001/cam1_person001_00002.png"});
  CHECK(contains(complaint([&] { open_dataset(folder.str()); }), "names repeat the folders"));
}

TEST_CASE("MARS: the lists say which sequences are searched for; 0000 are strangers, 00-1 junk") {
  TemporaryFolder folder;
  const std::vector<std::string> training = {"0001C1T0001F001.jpg", "0001C1T0001F002.jpg",
                                             "0001C2T0002F001.jpg"},
                                 testing = {"00-1C1T0001F001.jpg", "0000C1T0007F001.jpg",
                                            "0000C1T0007F002.jpg", "0002C1T0001F001.jpg",
                                            "0002C1T0001F002.jpg", "0002C2T0001F001.jpg"};
  std::string train_lines, test_lines;
  for (const std::string& name : training)
    train_lines += name + "\n", write_images(folder, {"bbox_train/" + name.substr(0, 4) + "/" + name});
  for (const std::string& name : testing)
    test_lines += name + "\n", write_images(folder, {"bbox_test/" + name.substr(0, 4) + "/" + name});
  write_text(folder / "info/train_name.txt", train_lines);
  write_text(folder / "info/test_name.txt", test_lines);
  const auto write_mat = [&](const std::string& file, const std::string& name,
                             const std::vector<double>& values) {
    const FileBytes bytes = mat_file({mat_matrix<double>(name, values)});
    write_text(folder / ("info/" + file), std::string(bytes.begin(), bytes.end()));
  };
  // Columns first: the first line of each sequence, the last, the person, the camera.
  write_mat("tracks_test_info.mat", "track_test_info", {1, 2, 4, 6, 1, 3, 5, 6, -1, 0, 2, 2, 1, 1, 1, 2});
  write_mat("query_IDX.mat", "query_IDX", {3});
  const Dataset joined = join_sequences(open_dataset(folder.str()));
  CHECK(joined.layout == "MARS");
  CHECK(joined.junk == 1);
  CHECK(joined.distractors == 1);
  REQUIRE(joined.samples.size() == 5);
  CHECK(joined.frames[0].size() == 2);
  CHECK(joined.samples[2].part == Part::query);
  CHECK(joined.frames[2].size() == 2);
  CHECK(joined.samples[3].part == Part::gallery);
  CHECK(joined.samples[3].identity == distractor);
  write_mat("query_IDX.mat", "query_IDX", {5});
  CHECK(contains(complaint([&] { open_dataset(folder.str()); }),
                 "query_IDX holds 5, but there are 4 sequences"));
}

TEST_CASE("neighbouring frames of Market-1501 are short sequences; its strangers are not") {
  TemporaryFolder folder;
  write_images(folder,
               {"bounding_box_train/0002_c1s1_000451_03.png", "bounding_box_train/0002_c1s1_000426_01.png",
                "bounding_box_train/0002_c1s2_000001_01.png", "bounding_box_train/0002_c2s1_000001_01.png",
                "query/0003_c1s1_000001_00.png", "bounding_box_test/0003_c2s1_000001_00.png",
                "bounding_box_test/0000_c2s1_000001_01.png", "bounding_box_test/0000_c2s1_000002_01.png"});
  const Dataset joined = join_sequences(open_dataset(folder.str()));
  REQUIRE(joined.samples.size() == 7);
  CHECK(joined.frames[0].size() == 2);
  CHECK(joined.frames[0][0].frame == 42601);
  CHECK(joined.distractors == 2);
}

TEST_CASE("the frames of a list are in the order of their numbers") {
  TemporaryFolder folder;
  write_images(folder, {"1.png", "2.png", "3.png"});
  write_text(folder / "list.csv",
             "path,person,camera,part,sequence,frame\n1.png,x,a,,1,9\n2.png,x,a,,1,2\n3.png,x,b,,1,1\n");
  const Dataset joined = join_sequences(open_list((folder / "list.csv").string()));
  REQUIRE(joined.frames.size() == 2);
  CHECK(joined.frames[0][0].file.filename() == "2.png");
  CHECK(joined.frames[0][1].file.filename() == "1.png");
}

TEST_CASE("a frame that is there twice is found, by the audit and before training") {
  TemporaryFolder folder;
  write_images(folder, {"1.png", "2.png", "3.png"});
  write_text(folder / "list.csv",
             "path,person,camera,part,sequence,frame\n1.png,x,a,,1,7\n2.png,x,a,,1,7\n3.png,x,b,,1,1\n");
  const Dataset dataset = open_list((folder / "list.csv").string());
  const std::vector<Finding> findings = audit_names(dataset);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].wrong);
  CHECK(contains(findings[0].sentence, "2.png"));
  CHECK(contains(complaint([&] { join_sequences(dataset); }), "both frame 7 of one sequence"));
  write_text(folder / "list.csv", "path,person,camera,part,sequence,frame\n1.png,x,a,,,7\n");
  CHECK(contains(complaint([&] { open_list((folder / "list.csv").string()); }),
                 "frame 7 belongs to no sequence"));
}
