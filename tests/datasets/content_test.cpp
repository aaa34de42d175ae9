#include "datasets/content.h"

#include <doctest/doctest.h>

using namespace triptych;

TEST_CASE("content: another seed, knob, size, identity, camera or part is another digest") {
  const Dataset people = open_dataset("synthetic:4");
  const auto digest = [](const Dataset& dataset, std::uint64_t seed = 1) {
    return digest_of_images(dataset, seed, content_digests(dataset, seed, 1));
  };
  const std::vector<Sha256::Digest> each = content_digests(people, 1, 2);
  for (std::size_t i = 0; i < each.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) CHECK(each[i] != each[j]);
  CHECK(each == content_digests(people, 1, 1));
  CHECK(digest(people) == digest(open_dataset("synthetic:4")));
  CHECK(digest(people) != digest(people, 2));
  CHECK(digest(people) != digest(open_dataset("synthetic:4,blur=0.5")));
  CHECK(digest(people) != digest(open_dataset("synthetic:5")));
  // The same people in a larger set are the same images.
  CHECK(content_digests(open_dataset("synthetic:5"), 1, 1)[0] == each[0]);

  const std::string labels = digest_of_labels(people);
  Dataset changed = people;
  changed.samples[0].identity = 3;
  CHECK(digest_of_labels(changed) != labels);
  changed = people, changed.samples[0].camera = 1;
  CHECK(digest_of_labels(changed) != labels);
  changed = people, changed.samples[0].part = Part::train;
  CHECK(digest_of_labels(changed) != labels);
}
