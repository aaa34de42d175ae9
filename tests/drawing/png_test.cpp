#include "drawing/image.h"
#include "tests/drawing/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("writing to where nothing can be written says so") {
  TemporaryFolder folder;
  const Image image = even_image(2, 2, 9);
  write_text(folder / "file", "x");
  CHECK(contains(complaint([&] { write_png(folder / "file/a.png", image); }),
                 "file/a.png could not be written"));
  std::filesystem::create_directory(folder / "taken.png");
  CHECK(contains(complaint([&] { write_png(folder / "taken.png", image); }), "taken.png"));
  CHECK(contains(complaint([&] { write_png(folder / "b.png", Image()); }), "empty"));
}
