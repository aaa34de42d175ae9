#include "reid/report/maps.h"

#include "tests/datasets/helpers.h"

using namespace triptych;

namespace {

// Three people, two cameras, images of one grey; a grid of 2 x 1 patches.
struct Scene {
  Dataset dataset;
  ImageSource images{40, 20, std::vector<Image>(6, testing::even_image(40, 20, 200))};
  std::vector<Index> samples = {0, 1, 2, 3, 4, 5};
  PatchLabels labels;

  Scene() {
    dataset.identities = 3, dataset.cameras = 2;
    for (int camera = 0; camera < 2; ++camera)
      for (Index identity = 0; identity < 3; ++identity)
        dataset.samples.push_back({identity, camera, "", Part::any});
    labels = PatchLabels::everything(6, {2, 1});
    labels.map.assign(12, Real(0.5));
  }
  MapsOnImages maps() const { return {images, samples, labels, 36, 16}; }
};

Index count_grey(const Image& image, int value) {
  Index count = 0;
  for (std::size_t i = 0; i < image.pixels.size(); i += 3)
    count += image.pixels[i] == value && image.pixels[i + 1] == value && image.pixels[i + 2] == value;
  return count;
}

}  // namespace

TEST_CASE("both images of each chosen person are drawn, side by side") {
  const Scene scene;
  CHECK(rows_to_draw(scene.dataset, scene.samples, 8) == std::vector<std::size_t>{0, 3, 1, 4, 2, 5});
  CHECK(rows_to_draw(scene.dataset, scene.samples, 1) == std::vector<std::size_t>{0, 3});
}

TEST_CASE("dropped patches are dark on the sheet, kept ones as they were") {
  Scene scene;
  CHECK(count_grey(map_sheet("", scene.maps(), {0}), 50) == 0);
  const Index light = count_grey(map_sheet("", scene.maps(), {0}), 200);
  scene.labels.v[1] = 0;
  const Image sheet = map_sheet("", scene.maps(), {0});
  CHECK(count_grey(sheet, 50) == 36 * 16 / 2);
  CHECK(count_grey(sheet, 200) == light - 36 * 16 / 2);
}

TEST_CASE("the sheet of cameras has the average image of each") {
  const Scene scene;
  CHECK(count_grey(camera_sheet("", scene.maps(), scene.dataset), 200) == 2 * 36 * 16);
}

TEST_CASE("one scale for all maps: a value has its colour whatever the other values of its image are") {
  Scene scene;
  scene.labels.map = {Real(0.25), Real(0.25), Real(0.25), Real(0.25), Real(0.25), Real(0.25),
                      Real(0.25), Real(0.25), Real(0.25), Real(0.25), Real(0.25), Real(0.25)};
  const Image low = map_sheet("", scene.maps(), {0});
  scene.labels.map[1] = 1;  // the lower patch of image 0
  scene.labels.map[2] = 1;  // image 1, which is not drawn
  const Image high = map_sheet("", scene.maps(), {0});
  // The map is drawn below the image, 36 pixels high; its first row is the upper patch alone.
  Index same = 0, different = 0;
  for (Index y = 0; y < low.height; ++y) {
    bool equal = true;
    for (Index x = 0; x < 20; ++x) equal = equal && *low.at(y, x) == *high.at(y, x);
    ++(equal ? same : different);
  }
  CHECK((different > 18 && different <= 27));  // below the centre of the upper patch
  CHECK(same == low.height - different);
}
