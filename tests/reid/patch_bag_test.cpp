#include "reid/em/patch_bag.h"

#include <doctest/doctest.h>

#include <numeric>

#include "reid/em/em.h"
#include "reid/evaluation/protocol.h"
#include "tests/reid/helpers.h"

using namespace triptych;
using namespace triptych::test;

TEST_CASE("patches that are embedded when asked for are those embedded at once, bit for bit") {
  const Device device = Device::open("cpu");
  const Options options = tiny_options();
  const Dataset dataset = open_dataset("synthetic:40");  // 80 images: two groups and a half
  const ImageSource images =
      open_images(dataset, {options.network.image_height, options.network.image_width});
  const Model model = make_model(device, options, {});
  std::vector<Index> samples(dataset.samples.size());
  std::iota(samples.begin(), samples.end(), Index(0));

  const PatchBag whole(model, images, samples), parts(model, images, samples, {}, 0);
  CHECK(parts.count() == 80);
  CHECK(parts.patch_size() == options.network.hidden);
  const std::vector<Index> rows = {79, 0, 33, 32, 64, 33};
  CHECK(parts.patches(rows) == whole.patches(rows));
  CHECK(whole.patches(rows).size() ==
        rows.size() * static_cast<std::size_t>(whole.grid().patches() * whole.patch_size()));

  Index told = 0;
  const Who who = who_is(dataset, samples);
  const std::vector<Real> map = similarity_map(device, parts, who, 0.1, 1, [&](Index done, Index total) {
    CHECK(total == 80);
    CHECK(done > told);
    told = done;
  });
  CHECK(told == 80);
  CHECK(map == similarity_map(device, whole, who, 0.1, 1));
}
