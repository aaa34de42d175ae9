#include "datasets/save_synthetic.h"

#include "datasets/image_source.h"
#include "datasets/splits.h"
#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("saved people are a PRID-450S folder with the same images and the same splits") {
  TemporaryFolder folder;
  const Dataset drawn = open_dataset("synthetic:4");
  save_synthetic(drawn, 3, 2, folder / "people");
  const Dataset saved = open_dataset((folder / "people").string());
  CHECK(saved.layout == "PRID-450S");
  CHECK(saved.identities == 4);
  CHECK(saved.samples.size() == 8);
  const ImageSource from_files = open_images(saved, {64, 32}), rendered = open_images(drawn, {64, 32, 3});
  for (Index i = 0; i < 8; ++i) {
    CHECK(from_files.copy(i).pixels == rendered.copy(i).pixels);
    CHECK(from_files.hash(i) == rendered.hash(i));
  }
  const std::vector<Split> splits = read_splits(folder / "people/partition_10trials.json", 4);
  REQUIRE(splits.size() == 10);
  CHECK(splits[4].train == random_split(4, 3, 5).train);

  CHECK(contains(complaint([&] { save_synthetic(drawn, 3, 2, folder / "people"); }), "holds images already"));
  CHECK(contains(complaint([&] { save_synthetic(saved, 3, 2, folder / "other"); }), "synthetic people"));
}
