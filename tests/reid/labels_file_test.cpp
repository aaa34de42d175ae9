#include "reid/em/labels_file.h"

#include <doctest/doctest.h>

#include "engine/error.h"
#include "engine/safetensors.h"
#include "tests/unique_path.h"

using namespace triptych;

TEST_CASE("labels come back from their file as they were") {
  Device device = Device::open("cpu");
  const auto file = triptych::testing::unique_path("labels.safetensors");
  const PatchLabels labels = {{2, 2}, {1, 0, 1, 1, 0, 0, 1, 0}, {1, Real(0.5), 0, 1, 0, 0, 1, Real(0.25)}};
  save_labels(file, labels, {7, 3}, device);
  const SavedLabels back = load_labels(file, device);
  CHECK(back.samples == std::vector<Index>{7, 3});
  CHECK(back.labels.v == labels.v);
  CHECK(back.labels.map == labels.map);
  CHECK(back.labels.grid == labels.grid);
  save_tensors(file, TensorFile{});
  CHECK_THROWS_WITH_AS(load_labels(file, device), doctest::Contains("has no tensor 'v'"), Error);
  std::filesystem::remove(file);
}
