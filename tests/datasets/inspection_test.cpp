#include "datasets/inspection.h"

#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("sizes, the commonest first") {
  TemporaryFolder folder;
  write_images(folder, {"cam_a/img_0001.png", "cam_a/img_0002.png", "cam_b/img_0001.png"});
  write_png(folder / "cam_b/img_0002.png", noise_image(9, 3, 50));
  const Inspection inspection = inspect(open_dataset(folder.str()), 2);
  REQUIRE(inspection.sizes.size() == 2);
  CHECK(inspection.sizes[0].images == 3);
  CHECK(inspection.sizes[1].height == 9);
  CHECK(inspection.unreadable.empty());
  CHECK(inspection.findings.empty());
  CHECK(contains(summary(inspection), "4 x 2 (3), 9 x 3 (1)"));
}

TEST_CASE("every unreadable image is listed, and copies under two names are found") {
  TemporaryFolder folder;
  write_images(folder,
               {"cam_a/img_0001.png", "cam_a/img_0002.png", "cam_b/img_0001.png", "cam_b/img_0002.png"});
  write_text(folder / "cam_a/img_0001.png", "x");
  write_text(folder / "cam_b/img_0002.png", "");
  std::filesystem::copy_file(folder / "cam_b/img_0001.png", folder / "cam_a/img_0002.png",
                             std::filesystem::copy_options::overwrite_existing);
  const Inspection inspection = inspect(open_dataset(folder.str()), 2);
  REQUIRE(inspection.unreadable.size() == 2);
  CHECK(contains(inspection.unreadable[0], "cam_a/img_0001.png"));
  CHECK(contains(inspection.unreadable[1], "cam_b/img_0002.png"));
  REQUIRE(inspection.findings.size() == 1);
  CHECK(inspection.findings[0].wrong);
  CHECK(contains(inspection.findings[0].sentence, "cam_a/img_0002.png"));
  CHECK(contains(inspection.findings[0].sentence, "cam_b/img_0001.png"));
}

TEST_CASE("images that are nearly black, or that EXIF turns, are counted") {
  TemporaryFolder folder;
  write_images(folder, {"a/1_x.png", "a/2_x.png", "b/1_x.png", "b/2_x.png"});
  write_png(folder / "a/1_dark.png", even_image(4, 2, 3));
  write_png(folder / "b/2_dark.png", even_image(4, 2, 3));  // no copy of the other: both show nothing
  std::filesystem::copy_file("tests/hostile/orientation_6.jpg", folder / "a/2_turned.jpg");
  const Inspection inspection = inspect(open_dataset(folder.str()), 2);
  REQUIRE(inspection.findings.size() == 2);
  CHECK(contains(inspection.findings[0].sentence, "1 images are turned upright"));
  CHECK(contains(inspection.findings[1].sentence, "2 images are nearly black"));
  CHECK_FALSE(inspection.findings[1].wrong);
}

TEST_CASE("the same image in training and in testing is found") {
  TemporaryFolder folder;
  write_images(folder, {"bounding_box_train/0001_c1s1_1.png", "bounding_box_train/0001_c2s1_1.png",
                        "query/0002_c1s1_1.png", "bounding_box_test/0002_c2s1_1.png"});
  CHECK(inspect(open_dataset(folder.str()), 1).findings.empty());
  for (const char* name : {"query/0001_c1s1_1.png", "bounding_box_test/0001_c2s1_1.png"})
    std::filesystem::copy_file(
        folder / ("bounding_box_train/" + std::string(name).substr(std::string(name).find('/') + 1)),
        folder / name);
  const Inspection inspection = inspect(open_dataset(folder.str()), 1);
  REQUIRE(inspection.findings.size() == 3);
  CHECK(contains(inspection.findings[0].sentence,
                 "1 people are in the training part and in the test part: 0001"));
  CHECK(contains(inspection.findings[1].sentence, "are the same image, in training and in testing"));
  CHECK(inspection.findings[1].wrong);
}

TEST_CASE("synthetic people are as large as asked for") {
  const Inspection inspection = inspect(open_dataset("synthetic:4"), 1);
  REQUIRE(inspection.sizes.size() == 1);
  CHECK(inspection.sizes[0].height == 256);
  CHECK(inspection.sizes[0].images == 8);
}
