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
  CHECK(inspection.warnings.empty());
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
  REQUIRE(inspection.warnings.size() == 1);
  CHECK(contains(inspection.warnings[0], "cam_a/img_0002.png"));
  CHECK(contains(inspection.warnings[0], "cam_b/img_0001.png"));
}

TEST_CASE("synthetic people are as large as asked for") {
  const Inspection inspection = inspect(open_dataset("synthetic:4"), 1);
  REQUIRE(inspection.sizes.size() == 1);
  CHECK(inspection.sizes[0].height == 256);
  CHECK(inspection.sizes[0].images == 8);
}
