#include "reid/report/records.h"

#include <doctest/doctest.h>

#include <limits>

#include "engine/error.h"
#include "engine/json.h"

using namespace triptych;

TEST_CASE("a step is one line of JSON with its epoch, step, loss and the loss's parts") {
  StepRecord record;
  record.epoch = 2, record.step = 17, record.loss = 1.5, record.seconds = 0.25;
  record.parts = {{"triplet", 0.5}, {"softmax", 1.0}};
  const std::string line = log_line(record);
  CHECK(line.find('\n') == std::string::npos);
  const auto json = parse_json(line, "a test");
  CHECK(json.at("epoch") == 2);
  CHECK(json.at("step") == 17);
  CHECK(json.at("loss") == 1.5);
  CHECK(json.at("softmax") == 1.0);
  const auto back = read_log_line(line);
  REQUIRE(back);
  CHECK(back->step == 17);
  CHECK(back->seconds == 0.25);
}

TEST_CASE("a number that JSON cannot hold is an error that names it") {
  StepRecord record;
  record.loss = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH_AS(log_line(record), doctest::Contains("'loss' is nan"), Error);
  record.loss = 1;
  record.parts = {{"patches", std::numeric_limits<double>::infinity()}};
  CHECK_THROWS_WITH_AS(log_line(record), doctest::Contains("'patches' is inf"), Error);
}

TEST_CASE("events come back from their lines as they were") {
  const auto em = read_event_line(event_line(EmRecord{3, 40, 0.125, 0.75, 62.5}, 80));
  REQUIRE((em && em->em));
  CHECK(em->step == 80);
  CHECK(em->em->round == 3);
  CHECK(em->em->epoch == 40);
  CHECK(em->em->changed == 0.125);
  CHECK(em->em->kept == 0.75);
  CHECK(em->em->rank1 == 62.5);
  const auto without = read_event_line(event_line(EmRecord{1, 2, 0, 1, std::nullopt}, 4));
  REQUIRE((without && without->em));
  CHECK((!without->em->rank1 && !without->em->pairs && !without->em->right));
  const auto paired = read_event_line(event_line(EmRecord{1, 2, 0, 1, std::nullopt, 77, 0.5}, 4));
  REQUIRE((paired && paired->em));
  CHECK((paired->em->pairs == 77 && paired->em->right == 0.5));
  const auto validation = read_event_line(event_line(ValidationRecord{10, 30, 60, 40}, 20));
  REQUIRE((validation && validation->validation));
  CHECK(validation->validation->rank5 == 60);
  CHECK(!validation->em);
  const auto warning = read_event_line(event_line("the \"embeddings\" have collapsed", 5));
  REQUIRE(warning);
  CHECK((!warning->em && !warning->validation));
}

TEST_CASE("a line that a kill cut off is no record") {
  const std::string line = log_line(StepRecord{});
  CHECK(!read_log_line(line.substr(0, line.size() / 2)));
  CHECK(!read_log_line(""));
  CHECK(!read_event_line("{\"event\":\"em\",\"step\":3}"));
}

TEST_CASE("an epoch comes back from its line as it was") {
  EpochRecord record;
  record.epoch = 7, record.distances.same[3] = 5, record.distances.different[60] = 9;
  record.layers = {{"tier1.block1.convolution", 0.25}, {"tier2.recurrent", 1.5}};
  const std::string line = epoch_line(record, 40);
  CHECK(line.find('\n') == std::string::npos);
  const auto back = read_epoch_line(line);
  REQUIRE(back);
  CHECK(back->step == 40);
  CHECK(back->record.epoch == 7);
  CHECK(back->record.distances.same == record.distances.same);
  CHECK(back->record.distances.different == record.distances.different);
  CHECK(back->record.layers == record.layers);
  CHECK(!read_epoch_line(line.substr(0, line.size() - 3)));
}
