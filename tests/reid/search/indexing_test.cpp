// An index that several ranks make, here threads of this program, is the one that a single process makes.
#include "reid/search/indexing.h"

#include <doctest/doctest.h>

#include <cstring>

#include "engine/ranks.h"
#include "reid/search/shared_embedding.h"
#include "tests/drawing/helpers.h"
#include "tests/reid/helpers.h"

using namespace triptych;
using triptych::testing::TemporaryFolder;

namespace {

// More images than one group of embed() has, two of them equal.
void write_images(const std::filesystem::path& folder, Index count) {
  const Dataset people = open_dataset("synthetic:50");
  const ImageSource images = open_images(people, {52, 24});
  for (Index i = 0; i < count; ++i)
    write_png(folder / fmt::format("{:03}.png", i), images.copy(i == 7 ? 3 : i));
}

// Everything that a search sees, in its order.
std::string contents(const ImageIndex& index) {
  const ImageIndex::Searchable all = index.searchable();
  std::string text;
  for (Index row = 0; row < all.rows->count(); ++row) {
    const IndexedImage image = *index.find(all.id(row));
    text += fmt::format("{} {} {} {}\n", all.id(row), image.path, image.content, image.camera);
    const RowSource::Block block = all.rows->block(row, 1);
    std::string bytes(static_cast<std::size_t>(all.rows->size()) * sizeof(float), '\0');
    std::memcpy(bytes.data(), block.rows, bytes.size());
    text += bytes + '\n';
  }
  return text;
}

struct Made {
  std::string first, second;  // contents after adding and after an update
  IndexingReport added, updated;
};

Made make_index(const Device& device, const std::filesystem::path& file,
                const std::filesystem::path& images) {
  const Model model = make_model(device, test::tiny_options(), {});
  const IndexedModel known = {"/models/a.safetensors", std::string(64, 'a'), "",
                              model.network->embedding_size()};
  Made made;
  ImageIndex index(file, known);
  made.added = add_to_index(index, model, {images.string(), false, -1});
  made.first = contents(index);
  std::filesystem::remove(images / "005.png");
  std::filesystem::copy_file(images / "000.png", images / "100.png");
  write_png(images / "001.png", Image(52, 24));
  made.updated = update_index(index, model);
  made.second = contents(index);
  end_help(model);
  return made;
}

}  // namespace

TEST_CASE("indexing: several ranks make the index of one") {
  TemporaryFolder folder;
  const auto images = [&](Index ranks) {
    const std::filesystem::path below = folder / fmt::format("{}", ranks) / "images";
    std::filesystem::create_directories(below);
    write_images(below, 80);
    return below;
  };
  const auto without_folder = [&](std::string text, Index ranks) {
    const std::string name = (folder / fmt::format("{}", ranks)).string();
    for (std::size_t at; (at = text.find(name)) != std::string::npos;) text.erase(at, name.size());
    return text;
  };
  const Made alone = make_index(Device::open("cpu"), folder / "1.index", images(1));
  CHECK(alone.added.added == 80);
  CHECK(alone.added.embedded == 79);
  CHECK(alone.updated.embedded == 1);
  CHECK(alone.updated.removed == 1);
  for (const Index count : {2, 3}) {
    CAPTURE(count);
    const std::filesystem::path below = images(count);
    run_as_ranks(count, [&](Communicator& ranks) {
      const Device device = Device::open("cpu");
      device.use_threads(1);
      join(device, {&ranks, [](Communicator*) {}});
      if (!ranks.leads()) {
        help_to_embed(make_model(device, test::tiny_options(), {}));
        CHECK(ranks.received()[static_cast<std::size_t>(Traffic::embeddings)] > 0);
        return;
      }
      const Made made = make_index(device, folder / fmt::format("{}.index", count), below);
      CHECK(without_folder(made.first, count) == without_folder(alone.first, 1));
      CHECK(without_folder(made.second, count) == without_folder(alone.second, 1));
      CHECK(made.added.embedded == alone.added.embedded);
      CHECK(made.updated.embedded == alone.updated.embedded);
    });
  }
}
