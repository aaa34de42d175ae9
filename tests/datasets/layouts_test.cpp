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
