#include "reid/report/page/image_store.h"

#include <doctest/doctest.h>

#include "engine/json.h"

using namespace triptych;

TEST_CASE("an image is stored once, made smaller, and drawings beside it as PNG") {
  const ImageSource set(300, 100, std::vector<Image>(2, Image(300, 100)));
  ImageStore store(set);
  const Index first = store.photograph(Index(1));
  CHECK(store.photograph(Index(1)) == first);
  const Index crop = store.crop(1, 200, 80), drawing = store.drawing(Image(2, 3));
  CHECK(store.crop(1, 200, 80) == crop);
  const auto json = parse_json(store.json(), "a test");
  REQUIRE(json.size() == 3);
  CHECK(json[first]["h"] == 144);
  CHECK(json[first]["w"] == 48);
  CHECK(json[crop]["h"] == 200);
  CHECK(json[first]["uri"].get<std::string>().starts_with("data:image/jpeg;base64,/9j/"));
  CHECK(json[drawing]["uri"].get<std::string>().starts_with("data:image/png;base64,iVBOR"));
}

TEST_CASE("the centre of an image") {
  Image image(4, 4);
  image.at(1, 1)[0] = 200;
  const Image centre = centre_of(image, 2, 2);
  CHECK(centre.height == 2);
  CHECK(centre.at(0, 0)[0] == 200);
}
