#include "datasets/image_folder.h"

#include <doctest/doctest.h>

#include "tests/drawing/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

void put(const TemporaryFolder& folder, const std::string& name) {
  write_text(folder / name, "x");
}

}  // namespace

TEST_CASE("image folder: all images below it, sorted, without hidden ones") {
  TemporaryFolder folder;
  for (const char* name :
       {"b.png", "a.JPG", "deep/er/c.bmp", ".hidden/d.png", ".e.png", "notes.txt", "f.webp"})
    put(folder, name);
  const ImageFolder found = images_below(folder.path(), true);
  REQUIRE(found.images.size() == 3);
  CHECK(found.images[0].file == folder / "a.JPG");
  CHECK(found.images[2].file == folder / "deep/er/c.bmp");
  CHECK(found.layout.empty());
  CHECK(contains(found.why, "none of the layouts"));
  CHECK(!found.images[0].identity);
  CHECK(found.images[0].camera == -1);
  REQUIRE(found.findings.size() == 1);
  CHECK(found.findings[0].wrong);
  CHECK(contains(found.findings[0].sentence, "webp"));
}

TEST_CASE("image folder: people and cameras as the layout names them, also of one camera alone") {
  TemporaryFolder folder;
  for (const char* name : {"cam_a/img_0001.png", "cam_a/img_0002.png", "cam_b/img_0001.png", "more/x.png"})
    put(folder, name);
  const ImageFolder found = images_below(folder.path(), true);
  CHECK(found.layout == "PRID-450S");
  REQUIRE(found.images.size() == 4);
  CHECK(found.images[1].identity == "0002");
  CHECK(found.images[1].camera == 0);
  CHECK(found.images[2].identity == "0001");
  CHECK(found.images[2].camera == 1);
  CHECK(!found.images[3].identity);
  CHECK(found.images[3].camera == -1);
  CHECK(!images_below(folder.path(), false).images[1].identity);

  const Dataset set = as_dataset(found, "there");
  REQUIRE(set.samples.size() == 4);
  CHECK(set.identities == 2);
  CHECK(set.identity_names == std::vector<std::string>{"0001", "0002"});
  CHECK(set.samples[1].identity == 1);
  CHECK(set.samples[3].identity == distractor);
  CHECK(set.cameras == 2);
}

TEST_CASE("image folder: names as in Market-1501 tell people and cameras; junk is nobody") {
  TemporaryFolder folder;
  for (const char* name : {"0002_c1s1_000451_03.jpg", "0003_c6s1_000001_00.jpg", "-1_c3s2_000001_00.jpg",
                           "0000_c3s2_000001_00.jpg"})
    put(folder, name);
  const ImageFolder found = images_below(folder.path(), true);
  CHECK(contains(found.layout, "Market-1501"));
  REQUIRE(found.images.size() == 4);  // -1, 0000, 0002, 0003
  CHECK(!found.images[0].identity);
  CHECK(!found.images[1].identity);
  CHECK(found.images[2].identity == "0002");
  CHECK(found.images[2].camera == 0);
  CHECK(found.images[3].camera == 2);
}

TEST_CASE("image folder: names that break a layout's rule leave the images without labels, and say why") {
  TemporaryFolder folder;
  for (const char* name : {"cam_a/img_0001.png", "cam_a/odd.png", "cam_b/img_0001.png"}) put(folder, name);
  const ImageFolder found = images_below(folder.path(), true);
  CHECK(found.images.size() == 3);
  CHECK(found.layout.empty());
  CHECK(contains(found.why, "odd.png"));
}

TEST_CASE("image folder: an image file, and what is neither") {
  TemporaryFolder folder;
  put(folder, "a.png");
  put(folder, "a.txt");
  CHECK(images_below(folder / "a.png", true).images.size() == 1);
  CHECK(contains(complaint([&] { images_below(folder / "a.txt", true); }), "neither a folder nor"));
  CHECK(contains(complaint([&] { images_below(folder / "none", true); }), "there is no folder"));
  std::filesystem::create_directory(folder / "empty");
  CHECK(contains(complaint([&] { images_below(folder / "empty", true); }), "there are no images in"));
}
