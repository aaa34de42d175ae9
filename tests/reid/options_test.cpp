#include "reid/options.h"

#include <doctest/doctest.h>

#include "engine/error.h"

using namespace triptych;

TEST_CASE("options survive the way through JSON") {
  Options options;
  options.network.channels = {4, 8};
  options.network.patches = Patches::rows;
  options.network.batch_norm = false;
  options.loss.mining = Mining::semihard;
  options.loss.margin = 0.123456789;
  options.em.rounds = 3;
  options.augmentation.flip = 0;
  options.training.optimizer = Optimizer::Kind::sgd;
  options.training.seed = 18446744073709551615ull;
  const Options back = options_from_json(to_json(options), "the test");
  CHECK(first_difference(options, back).empty());
  CHECK(back.network.channels == std::vector<Index>{4, 8});
  CHECK(back.loss.margin == 0.123456789);
  CHECK(back.training.seed == 18446744073709551615ull);
}

TEST_CASE("the first difference is named with both values") {
  Options was, is;
  is.loss.margin = 1;
  is.training.rate = 5;
  CHECK(first_difference(was, is) == "margin (was 0.3, is 1.0)");
}

TEST_CASE("options that are unknown, of the wrong kind or out of range are named") {
  CHECK_THROWS_WITH_AS(options_from_json(R"({"marjin": 1})", "FILE"),
                       doctest::Contains("FILE: there is no option 'marjin'"), Error);
  CHECK_THROWS_WITH_AS(options_from_json(R"({"margin": "wide"})", "FILE"),
                       doctest::Contains("'margin': \"wide\" is not a number"), Error);
  for (const char* wrong :
       {R"({"hidden": 8.5})", R"({"hidden": "8"})", R"({"hidden": 1e300})", R"({"batch-norm": 1})",
        R"({"channels": 8})", R"({"channels": [8, "a"]})", R"({"seed": -1})", R"({"rate": null})",
        R"({"rate": 1e999})", R"({"rate": 1, "rate": 2})", R"({"start": 3})"}) {
    CAPTURE(wrong);
    CHECK_THROWS_WITH_AS(options_from_json(wrong, "FILE"), doctest::Contains("FILE: "), Error);
  }
  CHECK_THROWS_WITH_AS(
      options_from_json(R"({"image-height": 2147483648})", "FILE"),
      doctest::Contains("FILE: --image-height is 2147483648, but must lie between 1 and 4096"), Error);
  CHECK_THROWS_WITH_AS(options_from_json("{\"start\": " + std::string(100000, '['), "FILE"),
                       doctest::Contains("more than 64 deep"), Error);
  CHECK_THROWS_WITH_AS(options_from_json(R"({"mining": "all of them"})", "FILE"),
                       doctest::Contains("all, hard, semihard, random"), Error);
  CHECK_THROWS_WITH_AS(options_from_json("{", "FILE"), doctest::Contains("FILE"), Error);
  Options options;
  options.network.crop_height = 300;
  CHECK_THROWS_WITH_AS(check(options), doctest::Contains("--crop-height is 300"), Error);
  options = {};
  options.loss.temperature = std::nan("");
  CHECK_THROWS_WITH_AS(check(options), doctest::Contains("--temperature"), Error);
}
