#include "reid/report/maps.h"

#include <doctest/doctest.h>

using namespace triptych;

namespace {

// Three people, two cameras, pictures of one grey; a grid of 2 x 1 patches.
struct Scene {
  Dataset dataset;
  PictureSet pictures{6, 40, 20, std::vector<std::uint8_t>(6 * 40 * 20 * 3, 200)};
  std::vector<Index> samples = {0, 1, 2, 3, 4, 5};
  PatchLabels labels;

  Scene() {
    dataset.people = 3, dataset.cameras = 2;
    for (int camera = 0; camera < 2; ++camera)
      for (Index person = 0; person < 3; ++person) dataset.samples.push_back({person, camera, "", Part::any});
    labels = PatchLabels::everything(6, {2, 1});
    labels.map.assign(12, Real(0.5));
  }
  MapsOnPictures maps() const { return {pictures, samples, labels, 36, 16}; }
};

Index count_grey(const Picture& picture, int value) {
  Index count = 0;
  for (std::size_t i = 0; i < picture.pixels.size(); i += 3)
    count += picture.pixels[i] == value && picture.pixels[i + 1] == value && picture.pixels[i + 2] == value;
  return count;
}

}  // namespace

TEST_CASE("both pictures of each chosen person are drawn, side by side") {
  const Scene scene;
  CHECK(rows_to_draw(scene.dataset, scene.samples, 8) == std::vector<std::size_t>{0, 3, 1, 4, 2, 5});
  CHECK(rows_to_draw(scene.dataset, scene.samples, 1) == std::vector<std::size_t>{0, 3});
}

TEST_CASE("dropped patches are dark on the sheet, kept ones as they were") {
  Scene scene;
  CHECK(count_grey(map_sheet("", scene.maps(), {0}), 50) == 0);
  const Index light = count_grey(map_sheet("", scene.maps(), {0}), 200);
  scene.labels.v[1] = 0;
  const Picture sheet = map_sheet("", scene.maps(), {0});
  CHECK(count_grey(sheet, 50) == 36 * 16 / 2);
  CHECK(count_grey(sheet, 200) == light - 36 * 16 / 2);
}

TEST_CASE("the sheet of cameras has the average picture of each") {
  const Scene scene;
  CHECK(count_grey(camera_sheet("", scene.maps(), scene.dataset), 200) == 2 * 36 * 16);
}
