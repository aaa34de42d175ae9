#include "reid/inference.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <thread>

#include "engine/error.h"
#include "reid/evaluation/embed.h"
#include "tests/drawing/helpers.h"
#include "tests/reid/helpers.h"

using namespace triptych;
using namespace triptych::test;
using triptych::testing::complaint;
using triptych::testing::contains;
using triptych::testing::noise_image;
using triptych::testing::TemporaryFolder;

namespace {

std::filesystem::path saved_model(const TemporaryFolder& folder) {
  Device device = Device::open("cpu");
  save_model(folder / "model.safetensors", make_model(device, tiny_options(), {}));
  return folder / "model.safetensors";
}

}  // namespace

TEST_CASE("an embedder gives what embed() gives, for images of any size") {
  TemporaryFolder folder;
  const std::filesystem::path file = saved_model(folder);
  const Embedder embedder(file);
  const std::vector<Image> images = {noise_image(80, 30, 1), noise_image(52, 24, 2)};
  const std::vector<float> rows = embedder.embed(images);
  REQUIRE(rows.size() == 2 * embedder.dimensions());
  double squares = 0;
  for (std::size_t k = 0; k < embedder.dimensions(); ++k) squares += rows[k] * rows[k];
  CHECK(squares == doctest::Approx(1).epsilon(1e-5));
  const std::vector<float> second = embedder.embed(images[1]);
  CHECK(std::vector<float>(rows.begin() + static_cast<std::ptrdiff_t>(embedder.dimensions()), rows.end()) ==
        second);

  Device device = Device::open("cpu");
  const Model model = load_model(file, device);
  const ImageSource set(52, 24, {images[1]});
  const std::vector<Index> all = {0};
  CHECK(triptych::embed(model, set, all, model.selection).embedding == second);
}

TEST_CASE("many threads embed and search at the same time, and get what one thread gets") {
  TemporaryFolder folder;
  const Embedder embedder(saved_model(folder));
  Gallery gallery(embedder.dimensions());
  constexpr int threads = 4, images = 6;
  std::vector<std::vector<float>> alone;
  for (std::uint64_t i = 0; i < images; ++i) {
    alone.push_back(embedder.embed(noise_image(52, 24, i)));
    gallery.add(std::to_string(i), alone.back());
  }
  std::vector<int> wrong(threads, 0);
  std::vector<std::thread> running;
  for (int t = 0; t < threads; ++t)
    running.emplace_back([&, t] {
      for (int i = 0; i < images; ++i) {
        const int at = (i + t) % images;
        const std::vector<float> row = embedder.embed(noise_image(52, 24, static_cast<std::uint64_t>(at)));
        wrong[static_cast<std::size_t>(t)] += row != alone[static_cast<std::size_t>(at)];
        wrong[static_cast<std::size_t>(t)] += gallery.search(row, 1).front().name != std::to_string(at);
        gallery.add("again", row);
      }
    });
  for (std::thread& thread : running) thread.join();
  CHECK(wrong == std::vector<int>(threads, 0));
  CHECK(gallery.size() == images + threads * images);
}

TEST_CASE("a gallery answers nearest first, ties in the order in which they came") {
  Gallery gallery(2);
  CHECK(gallery.search(std::vector<float>{1, 0}, 3).empty());
  gallery.add("far", std::vector<float>{-1, 0});
  gallery.add("tie 1", std::vector<float>{0, 1});
  gallery.add("tie 2", std::vector<float>{0, -1});
  gallery.add("near", std::vector<float>{1, 0});
  const std::vector<Match> found = gallery.search(std::vector<float>{1, 0}, 3);
  REQUIRE(found.size() == 3);
  CHECK(found[0].name == "near");
  CHECK(found[0].distance == 0);
  CHECK(found[1].name == "tie 1");
  CHECK(found[1].distance == 2);
  CHECK(found[2].name == "tie 2");
  CHECK(gallery.search(std::vector<float>{1, 0}, 9).back().distance == 4);
}

TEST_CASE("what an embedder or a gallery cannot use is an Error") {
  TemporaryFolder folder;
  const std::filesystem::path file = saved_model(folder);
  CHECK(contains(complaint([&] { Embedder(folder / "none.safetensors"); }), "none.safetensors"));
  CHECK(contains(complaint([&] { Embedder(file, {.device = "abacus"}); }), "abacus"));
  CHECK(contains(complaint([&] { Embedder(file, {.threads = 0}); }), "at least 1 thread"));
  CHECK(contains(complaint([&] { Embedder(file).embed(noise_image(4, 4, 1), 3); }), "no cameras"));
  CHECK(contains(complaint([&] { Embedder(file).embed(Image()); }), "0 x 0"));
  CHECK(contains(complaint([&] { Gallery(0); }), "dimension"));
  Gallery gallery(2);
  CHECK(contains(complaint([&] { gallery.add("x", std::vector<float>{1}); }), "1 dimensions"));
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(contains(complaint([&] { gallery.search(std::vector<float>{1, nan}, 1); }), "not finite"));
}
