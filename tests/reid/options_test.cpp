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
                       doctest::Contains("'margin' is of the wrong kind"), Error);
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
