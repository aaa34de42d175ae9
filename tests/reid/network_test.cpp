#include "reid/network/network.h"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>

#include "engine/error.h"
#include "reid/network/model.h"
#include "tests/reid/helpers.h"
#include "tests/unique_path.h"

using namespace triptych;
using namespace triptych::test;

TEST_CASE("the default network has the shapes that its description promises") {
  const NetworkOptions options;
  CHECK(convolution_tier_output(options) == Shape{26, 11, 64});
  CHECK(patch_grid(options) == PatchGrid{13, 5});
  NetworkOptions low = options;
  low.patch_height = 1;
  CHECK(patch_grid(low) == PatchGrid{26, 5});
  NetworkOptions rows = options;
  rows.patches = Patches::rows;
  CHECK(patch_grid(rows) == PatchGrid{26, 1});
  Network network(Device::open("reference"), options, 1);
  CHECK(network.embedding_size() == 7 * 128);
  Network of_rows(Device::open("reference"), rows, 1);
  for (const auto& [name, parameter] : of_rows.parameters())
    if (name == "tier2.projection.weight") CHECK(parameter->value.shape() == Shape{704, 128});
}

TEST_CASE("every variant gives embeddings of length 1 in training and in inference") {
  Device device = Device::open("reference");
  Random random(1), noise(2);
  const Tensor images = random_tensor(device, {3, 48, 20, 3}, random);
  for (const Patches patches : {Patches::grid, Patches::rows})
    for (const RecurrentKind recurrent : {RecurrentKind::none, RecurrentKind::elman, RecurrentKind::gru,
                                          RecurrentKind::lstm, RecurrentKind::attention})
      for (const PatchPooling pooling : {PatchPooling::max, PatchPooling::mean, PatchPooling::gate})
        for (const bool both : {false, true}) {
          if (both && recurrent == RecurrentKind::attention) continue;  // refused
          NetworkOptions options = tiny_options().network;
          options.patches = patches, options.recurrent = recurrent, options.pooling = pooling,
          options.bidirectional = both;
          options.dropout = 0.2, options.batch_norm = both;
          Network network(device, options, 3);
          const NetworkOutput trained = network(Variable(images), {}, Mode::train, noise);
          const NetworkOutput used = network.infer(images, PatchSelection::By::gate);
          for (const NetworkOutput& out : {trained, used}) {
            REQUIRE(out.embedding.shape() == Shape{3, network.embedding_size()});
            const std::vector<Real> e = out.embedding.value.values();
            for (Index i = 0; i < 3; ++i) {
              double squares = 0;
              for (Index j = 0; j < network.embedding_size(); ++j)
                squares += std::pow(
                    static_cast<double>(e[static_cast<std::size_t>(i * network.embedding_size() + j)]), 2);
              CHECK(squares == doctest::Approx(1).epsilon(1e-5));
            }
          }
        }
}

TEST_CASE("patches with V = 0 have no part in the embedding") {
  Device device = Device::open("reference");
  Network network(device, tiny_options().network, 3);
  Random random(1), noise(2);
  const Tensor images = random_tensor(device, {1, 48, 20, 3}, random);
  const PatchGrid grid = network.grid();
  // One patch a strip: the embedding is those patches, strip by strip, and nothing else.
  std::vector<std::uint8_t> v(static_cast<std::size_t>(grid.patches()), 0);
  std::vector<Real> score(v.size(), 0);
  complete_strips(grid, 3, score, v);
  const Tensor labels = Tensor::from(device, {1, grid.rows, grid.columns}, std::span<const std::uint8_t>(v));
  const NetworkOutput out =
      network(Variable(images), {PatchSelection::By::labels, labels}, Mode::infer, noise);
  const std::vector<Real> pooled = out.pooled.value.values(), patches = out.patches.value.values();
  std::size_t strip = 0;
  for (std::size_t p = 0; p < v.size(); ++p) {
    if (!v[p]) continue;
    for (std::size_t k = 0; k < 5; ++k) CHECK(pooled[strip * 5 + k] == patches[p * 5 + k]);
    ++strip;
  }
  CHECK(strip == 3);
}

TEST_CASE("in inference an image's embedding does not depend on who else is in the batch") {
  for (const RecurrentKind recurrent : {RecurrentKind::elman, RecurrentKind::attention})
    for (const char* name : {"reference", "cpu"}) {
      if (sizeof(Real) == 8 && std::string(name) == "cpu") continue;  // float alone
      NetworkOptions options = tiny_options().network;
      options.recurrent = recurrent;
      Device device = Device::open(name);
      Network network(device, options, 3);
      Random random(1);
      const Tensor two = random_tensor(device, {2, 48, 20, 3}, random);
      const std::vector<Real> both = two.values();
      const Tensor first =
          Tensor::from(device, {1, 48, 20, 3}, std::span<const Real>(both).first(48 * 20 * 3));
      const auto together = network.infer(two, PatchSelection::By::everything).embedding.value.values();
      const auto alone = network.infer(first, PatchSelection::By::everything).embedding.value.values();
      for (std::size_t i = 0; i < alone.size(); ++i) CHECK(alone[i] == together[i]);
    }
}

TEST_CASE("attention: which row reads which, for every column of patches") {
  Device device = Device::open("reference");
  NetworkOptions options = tiny_options().network;
  options.recurrent = RecurrentKind::attention, options.hidden = 8;
  Network network(device, options, 3);
  Random random(1);
  const Tensor images = random_tensor(device, {2, 48, 20, 3}, random);
  const PatchGrid grid = network.grid();
  const Tensor weights = network.attention(images);
  REQUIRE(weights.shape() == Shape{2, grid.columns, 4, grid.rows, grid.rows});
  const std::vector<Real> w = weights.values();
  for (std::size_t row = 0; row < w.size(); row += static_cast<std::size_t>(grid.rows)) {
    double sum = 0;
    for (std::size_t j = row; j < row + static_cast<std::size_t>(grid.rows); ++j)
      sum += static_cast<double>(w[j]);
    CHECK(sum == doctest::Approx(1));
  }
  // A patch reads its own column alone: with the residual branch, the left half of an image decides nothing
  // about patches of the right edge whose windows do not reach it.
  std::vector<Real> pixels = images.values();
  for (std::size_t i = 0; i < pixels.size(); ++i)
    if (i / 3 % 20 < 2) pixels[i] += 1;  // the two leftmost columns of pixels
  Random noise(0);
  const auto patches = [&](const Tensor& x) {
    return network(Variable(x), {}, Mode::infer, noise).patches.value.values();
  };
  const std::vector<Real> before = patches(images),
                          after =
                              patches(Tensor::from(device, images.shape(), std::span<const Real>(pixels)));
  bool left = false;
  for (std::size_t p = 0; p < before.size(); ++p) {
    const std::size_t column = p / 8 % static_cast<std::size_t>(grid.columns);
    if (column == 0) left = left || before[p] != after[p];
    if (column + 1 == static_cast<std::size_t>(grid.columns)) CHECK(before[p] == after[p]);
  }
  CHECK(left);
  Network without(device, tiny_options().network, 3);
  CHECK_THROWS_WITH_AS(without.attention(images), doctest::Contains("--rnn attention"), Error);
}

TEST_CASE("sizes that do not fit are named with the option to change") {
  Device device = Device::open("reference");
  NetworkOptions options = tiny_options().network;
  options.strips = 9;
  CHECK_THROWS_WITH_AS(Network(device, options, 1), doctest::Contains("--strips is 9"), Error);
  options = tiny_options().network;
  options.channels = {1, 1, 1, 1, 1, 1};
  CHECK_THROWS_WITH_AS(Network(device, options, 1), doctest::Contains("too small"), Error);
  Network network(device, tiny_options().network, 1);
  CHECK_THROWS_WITH_AS(network.infer(Tensor::zeros(device, {1, 20, 48, 3}), PatchSelection::By::everything),
                       doctest::Contains("[1, 20, 48, 3]"), Error);
}

TEST_CASE("a model file whose contents cannot be is refused by the name of the file and the reason") {
  Device device = Device::open("reference");
  const TensorFile good = to_file(make_model(device, tiny_options(), {}));
  const auto refusal = [&](const TensorFile& file) -> std::string {
    try {
      from_file(file, device, "FILE");
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  const auto with_metadata = [&](const char* key, const std::string& value) {
    TensorFile file = good;
    file.metadata[key] = value;
    return refusal(file);
  };
  CHECK(refusal(good).empty());
  CHECK(with_metadata("normalisation", "0 0 0 1 0 1") ==
        "FILE: the metadata 'normalisation' hold 0 for the deviation of a colour");
  CHECK(with_metadata("normalisation", "0 0 0 1 -1 1").find("hold -1 for the deviation") !=
        std::string::npos);
  for (const char* wrong : {"0 0 0 1 nan 1", "0 0 0 1 inf 1", "0 0 0 1 1 x", "0,0,0,1,1,1"})
    CHECK(with_metadata("normalisation", wrong).find("other than finite numbers") != std::string::npos);
  CHECK(with_metadata("normalisation", "0 0 0 1 1").find("does not hold six numbers") != std::string::npos);
  CHECK(with_metadata("selection", "nothing").find("neither gate nor everything") != std::string::npos);

  // A network of 61 GB in the metadata of a small file, and options out of range.
  Options large = tiny_options();
  large.network.hidden = 8192, large.network.channels = {4096, 4096, 4096}, large.network.kernel = 31;
  CHECK(with_metadata("options", to_json(large))
            .find("FILE: the options describe a network with more weights") == 0);
  large = tiny_options();
  large.network.image_height = Index(1) << 31;
  CHECK(with_metadata("options", to_json(large)).find("FILE: --image-height is 2147483648") == 0);
  CHECK(with_metadata("options", std::string(100000, '[')).find("more than 64 deep") != std::string::npos);

  TensorFile typed = good;
  Tensor& weight = typed.tensors.at("tier1.block1.convolution.weight");
  const std::vector<std::int32_t> whole(static_cast<std::size_t>(weight.elements()), 1);
  weight = Tensor::from(device, weight.shape(), std::span<const std::int32_t>(whole));
  CHECK(refusal(typed).find(
            "FILE: the tensor 'tier1.block1.convolution.weight' holds numbers of type I32, where F") == 0);
}

TEST_CASE("a model comes back from its file with the same weights, options and embeddings") {
  Device device = Device::open("reference");
  const auto path = triptych::testing::unique_path("model.safetensors");
  Options options = tiny_options();
  SUBCASE("recurrent") {}
  SUBCASE("attention") {
    options.network.recurrent = RecurrentKind::attention;
  }
  Model model = make_model(device, options,
                           {{{Real(0.4), Real(0.5), Real(0.6)}, {Real(0.1), Real(0.2), Real(0.3)}},
                            {{{1, 2, 3}, {4, 5, 6}}, {{7, 8, 9}, {10, 11, 12}}}});
  model.selection = PatchSelection::By::gate;
  save_model(path, model);
  const Model back = load_model(path, device);
  CHECK(first_difference(model.options, back.options).empty());
  CHECK(back.selection == PatchSelection::By::gate);
  for (int c = 0; c < 3; ++c) {
    CHECK(back.normalisation.overall.mean[c] == model.normalisation.overall.mean[c]);
    CHECK(back.normalisation.overall.deviation[c] == model.normalisation.overall.deviation[c]);
    REQUIRE(back.normalisation.cameras.size() == 2);
    CHECK(back.normalisation.cameras[0].mean[c] == Real(1 + c));
    CHECK(back.normalisation.cameras[1].deviation[c] == Real(10 + c));
  }
  Random random(1);
  const Tensor image = random_tensor(device, {1, 48, 20, 3}, random);
  CHECK(model.network->infer(image, model.selection).embedding.value.values() ==
        back.network->infer(image, back.selection).embedding.value.values());

  TensorFile file = to_file(model);
  file.tensors.erase("tier1.block1.convolution.weight");
  CHECK_THROWS_WITH_AS(from_file(file, device, "FILE"),
                       doctest::Contains("FILE has no tensor 'tier1.block1.convolution.weight'"), Error);
  file = to_file(model);
  file.metadata.erase("options");
  CHECK_THROWS_WITH_AS(from_file(file, device, "FILE"), doctest::Contains("FILE"), Error);
  std::filesystem::remove(path);
}
