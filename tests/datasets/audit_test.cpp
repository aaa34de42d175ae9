#include "datasets/audit.h"

#include "datasets/image.h"
#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

// The one finding about a folder with these images (and other files, by their ending).
std::vector<Finding> findings(const std::vector<std::string>& names) {
  TemporaryFolder folder;
  std::vector<std::string> images;
  for (const std::string& name : names)
    if (has_image_name(name))
      images.push_back(name);
    else
      write_text(folder / name, "x");
  write_images(folder, images);
  return audit_names(open_dataset(folder.str()));
}

const std::vector<std::string> good = {"ann/1_a.png", "ann/2_a.png", "bob/1_a.png", "bob/2_a.png"};
std::vector<std::string> good_and(std::vector<std::string> more) {
  more.insert(more.end(), good.begin(), good.end());
  return more;
}

}  // namespace

TEST_CASE("a clean folder and synthetic people have no findings") {
  CHECK(findings(good).empty());
  CHECK(findings(good_and({".hidden/1_x.png", "ann/.1_x.png"})).empty());
  CHECK(audit_names(open_dataset("synthetic:4")).empty());
}

TEST_CASE("a folder that is searched: other formats make the search wrong, sub-folders are told") {
  TemporaryFolder folder;
  write_images(folder, {"1.png", "2.png", "more/3.png"});
  write_text(folder / "4.webp", "x");
  const std::vector<std::filesystem::path> used = {folder / "1.png", folder / "2.png"};
  const auto found = audit_folder(folder / ".", used);
  REQUIRE(found.size() == 2);
  CHECK(contains(found[0].sentence, "1 images of formats that are not read were passed over: .webp (1)"));
  CHECK(found[0].wrong);
  CHECK(contains(found[1].sentence, "1 images are in sub-folders, which are not searched: more (1)"));
  CHECK(!found[1].wrong);
}

TEST_CASE("images that are passed over are counted by ending and by folder") {
  const auto formats = findings(good_and({"ann/1_b.webp", "ann/2_b.WEBP", "bob/1_b.tif"}));
  REQUIRE(formats.size() == 1);
  CHECK(formats[0].wrong);
  CHECK(contains(formats[0].sentence,
                 "3 images of formats that are not read were passed over: .tif (1), .webp (2)"));
  const auto folders = findings(good_and({"ann/more/1_b.png", "ann/more/2_b.png"}));
  REQUIRE(folders.size() == 1);
  CHECK(folders[0].wrong);
  CHECK(contains(folders[0].sentence, "ann/more (2)"));
  const auto beside = findings(good_and({"pairs.png", "ann/notes.txt"}));
  REQUIRE(beside.size() == 2);
  CHECK_FALSE(beside[0].wrong);
  CHECK(contains(beside[1].sentence, "1 files that are no images were passed over: .txt (1)"));
  CHECK_FALSE(beside[1].wrong);
  CHECK(findings({"cam_a/img_1.png", "cam_b/img_1.png", "multi_shot/cam_a/img_1.png"}).empty());
}

TEST_CASE("one camera in two writings, and frame numbers for cameras, are found") {
  const auto twice = findings({"ann/c1_a.png", "ann/c2_a.png", "bob/c01_a.png", "bob/C2_a.png"});
  REQUIRE(twice.size() == 2);
  CHECK(contains(twice[0].sentence, "the cameras c01 and c1 are taken for two"));
  CHECK(contains(twice[1].sentence, "the cameras C2 and c2 are taken for two"));
  CHECK(findings({"ann/c1_a.png", "ann/c10_a.png", "ann/c0_a.png", "ann/c100_a.png"}).empty());
  std::vector<std::string> frames;
  for (const char* person : {"ann", "bob"})
    for (int frame = 1; frame <= 9; ++frame)
      frames.push_back(std::string(person) + "/000" + std::to_string(frame) + "_x.png");
  const auto found = findings(frames);
  REQUIRE(found.size() == 1);
  CHECK(contains(found[0].sentence, "the 9 cameras (0001, 0002, ...) have one image of a person each"));
  CHECK(found[0].wrong);
}

TEST_CASE("a person called 0000 is asked about") {
  const auto found = findings(good_and({"0000/1_a.png", "0000/2_a.png"}));
  REQUIRE(found.size() == 1);
  CHECK(contains(found[0].sentence, "the person 0000 is nobody in Market-1501"));
  CHECK_FALSE(found[0].wrong);
}
