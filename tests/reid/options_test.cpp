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
  options.network.recurrent = RecurrentKind::attention, options.network.bidirectional = true;
  CHECK_THROWS_WITH_AS(check(options), doctest::Contains("--bidirectional has no effect"), Error);
  options = {};
  options.network.recurrent = RecurrentKind::attention;
  options.network.recurrent_output = RecurrentOutput::linear;
  CHECK_THROWS_WITH_AS(check(options), doctest::Contains("--rnn-output"), Error);
  options = {};
  options.training.images = 1;
  CHECK_THROWS_WITH_AS(check(options), doctest::Contains("--images"), Error);
  options = {};
  options.loss.label_smoothing = 0.1;
  CHECK_THROWS_WITH_AS(check(options), doctest::Contains("--label-smoothing is 0.1"), Error);
  options = {};
  options.training.momentum = 0.5;  // the optimizer is adamw
  CHECK_THROWS_WITH_AS(check(options), doctest::Contains("--momentum 0.5 has no effect"), Error);
  options.training.optimizer = Optimizer::Kind::sgd;
  CHECK_NOTHROW(check(options));
  options = {};
  options.loss.temperature = std::nan("");
  CHECK_THROWS_WITH_AS(check(options), doctest::Contains("--temperature"), Error);
}

TEST_CASE("options of sequences and of the neck are left out of files at their defaults, and checked") {
  for (const char* name : {"temporal", "neck", "sequence-length", "test-frames"}) {
    CAPTURE(name);
    CHECK(to_json(Options()).find(name) == std::string::npos);
  }
  Options options;
  options.network.temporal = Temporal::rnn, options.training.sequence_length = 4, options.testing.frames = 2;
  CHECK(first_difference(options_from_json(to_json(options), "the test"), options).empty());
  CHECK(to_json(options).find("\"temporal\": \"rnn\"") != std::string::npos);
  options.augmentation.occlude = 0.5;
  CHECK_THROWS_WITH_AS(check(options), doctest::Contains("--occlude-training look at single images"), Error);
  options = {};
  options.training.sequence_length = 4;
  CHECK_THROWS_WITH_AS(check(options), doctest::Contains("give --temporal, or leave them out"), Error);
  options = {};
  options.testing.frames = 1;
  CHECK_THROWS_WITH_AS(check(options), doctest::Contains("give --temporal, or leave them out"), Error);
  options = {};
  options.network.neck = Neck::bn;
  CHECK_THROWS_WITH_AS(check(options), doctest::Contains("--identity-weight above 0"), Error);
}
