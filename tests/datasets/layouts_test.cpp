#include "datasets/layouts.h"

#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("names of PRID-450S, PRID 2011 and VIPeR") {
  CHECK(number_after("img_0012", "img_") == "0012");
  CHECK(number_after("person_0200", "person_") == "0200");
  CHECK_FALSE(number_after("img_", "img_"));
  CHECK_FALSE(number_after("img_12b", "img_"));
  CHECK_FALSE(number_after("pic_12", "img_"));
  CHECK(number_before_angle("000_45") == "000");
  CHECK(number_before_angle("0123_180") == "0123");
  CHECK_FALSE(number_before_angle("000_"));
  CHECK_FALSE(number_before_angle("_45"));
  CHECK_FALSE(number_before_angle("000"));
  CHECK_FALSE(number_before_angle("000_4a"));
}

TEST_CASE("names of Market-1501") {
  const auto name = parse_market_name("0002_c1s1_000451_03");
  REQUIRE(name);
  CHECK(name->identity == "0002");
  CHECK(name->camera == "1");
  CHECK(parse_market_name("-1_c13s2_000401_00")->identity == "-1");
  CHECK(parse_market_name("-1_c13s2_000401_00")->camera == "13");
  CHECK(parse_market_name("0005_c2_f0046985")->camera == "2");  // DukeMTMC writes no sequence
  for (const char* wrong : {"", "0002", "0002_s1c1", "x_c1s1", "0002_cs1", "_c1s1", "0002_c1x"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_market_name(wrong));
  }
}

TEST_CASE("other files and hidden files are passed over, names that break the rule are not") {
  TemporaryFolder folder;
  write_images(folder, {"cam_a/img_0001.png", "cam_b/img_0001.png"});
  write_text(folder / "cam_a/readme.txt", "x");
  write_text(folder / "cam_a/.img_0009.png", "x");
  CHECK(read_camera_pair(folder.path())->samples.size() == 2);
  CHECK_FALSE(read_market(folder.path()));

  write_images(folder, {"cam_b/someone.png"});
  const std::string message = complaint([&] { read_camera_pair(folder.path()); });
  CHECK(contains(message, "someone.png"));
  CHECK(contains(message, "PRID-450S"));
  CHECK(contains(message, "img_ and a number"));
}

TEST_CASE("each layout is recognised for itself alone") {
  TemporaryFolder viper, market, plain, odd, none;
  write_images(viper, {"cam_a/000_45.png", "cam_b/000_90.png"});
  CHECK(read_camera_pair(viper.path())->layout == "VIPeR");
  write_images(market, {"bounding_box_train/0002_c1s1_000451_03.png", "query/0003_c1s1_000001_00.png",
                        "bounding_box_test/-1_c1s1_000001_00.png"});
  CHECK_FALSE(read_camera_pair(market.path()));
  CHECK(read_market(market.path())->samples.size() == 2);
  CHECK(read_market(market.path())->junk == 1);
  write_images(plain, {"anna/left_1.png", "anna/right_1.png"});
  CHECK(read_plain(plain.path())->samples.size() == 2);
  CHECK(read_plain(plain.path())->samples[0].camera == "left");
  write_images(odd, {"cam_a/first.png", "cam_b/img_0001.png"});
  CHECK(contains(complaint([&] { read_camera_pair(odd.path()); }), "first.png fits none of the layouts"));
  write_images(none, {"anna/1.png"});
  CHECK_FALSE(read_plain(none.path()));
}

TEST_CASE("DukeMTMC-reID is told from Market-1501 by its names") {
  TemporaryFolder folder;
  write_images(folder,
               {"bounding_box_train/0001_c1_f0044158.jpg.png", "bounding_box_train/0001_c2_f0044158.png",
                "query/0002_c1_f0044158.png", "bounding_box_test/0002_c2_f0044158.png"});
  CHECK(open_dataset(folder.str()).layout == "DukeMTMC-reID");
  TemporaryFolder market;
  write_images(market,
               {"bounding_box_train/0001_c1s1_000151_01.png", "bounding_box_train/0001_c2s1_000151_01.png",
                "query/0002_c1s1_000151_01.png", "bounding_box_test/0002_c2s1_000151_01.png"});
  CHECK(open_dataset(market.str()).layout == "Market-1501");
}

TEST_CASE("a folder for each person may hold names of Market-1501") {
  TemporaryFolder folder;
  write_images(folder, {"0002/0002_c1s1_000451_03.png", "0002/0002_c3s1_000451_03.png",
                        "0007/0007_c1s1_000451_03.png", "0007/0007_c3s2_000451_03.png"});
  const Dataset dataset = open_dataset(folder.str());
  CHECK(dataset.layout == "plain ID/ID_c1s1_*.jpg");
  CHECK(dataset.identities == 2);
  CHECK(dataset.cameras == 2);
  // One name of another kind: then the word before _ is the camera, for all of them.
  write_images(folder, {"0007/b_1.png"});
  CHECK(open_dataset(folder.str()).layout == "plain ID/CAMERA_*.png");
}

TEST_CASE("MSMT17 is read from its own lists; its training and test people are numbered apart") {
  TemporaryFolder folder;
  write_images(folder,
               {"train/0000/0000_000_01_0303morning_0015_0.png", "train/0000/0000_001_02_0303noon_0015_0.png",
                "train/0001/0001_000_01_0303noon_0015_0.png", "train/0001/0001_001_05_0303noon_0015_0.png",
                "test/0000/0000_000_01_0303morning_0015_0.png", "test/0000/0000_001_14_0303noon_0015_0.png"});
  write_text(folder / "list_train.txt",
             "0000/0000_000_01_0303morning_0015_0.png 0\n0000/0000_001_02_0303noon_0015_0.png 0\n");
  write_text(folder / "list_val.txt",
             "0001/0001_000_01_0303noon_0015_0.png 1\n0001/0001_001_05_0303noon_0015_0.png 1\n");
  write_text(folder / "list_query.txt", "0000/0000_000_01_0303morning_0015_0.png 0\n");
  write_text(folder / "list_gallery.txt", "0000/0000_001_14_0303noon_0015_0.png 0\n");
  const Dataset dataset = open_dataset(folder.str());
  CHECK(dataset.layout == "MSMT17");
  CHECK(dataset.identities == 3);
  CHECK(dataset.cameras == 4);
  CHECK(dataset.samples.size() == 6);
  CHECK(samples_for_training(dataset, std::vector<Index>{0, 1, 2}).size() == 4);

  const auto wrong = [&](const std::string& line) {
    write_text(folder / "list_query.txt", "\n" + line + "\n");
    return complaint([&] { open_dataset(folder.str()); });
  };
  CHECK(contains(wrong("0000/0000_000_01_0303morning_0015_0.png"), "list_query.txt, line 2"));
  CHECK(contains(wrong("0000/x.png 0"), "the third word of the name 0000/x.png is not a camera's number"));
  CHECK(contains(wrong("0000/0000_000_03_x.png 0"), "line 2: there is no image"));
  std::filesystem::remove_all(folder / "test");
  CHECK(contains(wrong("0000/0000_000_01_0303morning_0015_0.png 0"), "neither test/ nor mask_test_v2/"));
}
