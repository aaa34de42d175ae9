#pragma once
#include "reid/report/page/tested.h"
#include "tests/reid/helpers.h"

namespace triptych::test {

// Twelve synthetic people and a network that has learned nothing: enough to ask every section for its data.
struct PageWorld {
  Device device = Device::open("cpu");
  Options options = tiny_options();
  Dataset dataset = open_dataset("synthetic:12");
  ImageSource images = open_images(dataset, {options.network.image_height, options.network.image_width});
  Model model = make_model(device, options, {});
  Protocol protocol = camera_protocol(dataset, std::vector<Index>{1, 3, 5, 7, 9}, 0, 1);
  Tested tested() const { return embed_tested(model, dataset, images, protocol); }
};

}  // namespace triptych::test
