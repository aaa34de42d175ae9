#include "reid/search/image_index.h"

#include <doctest/doctest.h>

#include "tests/drawing/helpers.h"

using namespace triptych;
using triptych::testing::complaint;
using triptych::testing::contains;
using triptych::testing::TemporaryFolder;
using triptych::testing::write_text;

namespace {

const IndexedModel model = {"/models/a.safetensors", std::string(64, 'a'), std::string(64, '1'), 2};

ImageIndex::Change change(const std::string& path, const std::string& content, float x, int camera = -1) {
  return {{path, content, {}, camera}, {x, 1}};
}

std::vector<float> rows_of(const ImageIndex& index) {
  const ImageIndex::Searchable all = index.searchable();
  const RowSource::Block block = all.rows->block(0, all.rows->count());
  return {block.rows, block.rows + 2 * all.rows->count()};
}

}  // namespace

TEST_CASE("index: images are kept, found, replaced and taken out") {
  TemporaryFolder folder;
  {
    ImageIndex index(folder / "a.index", model);
    CHECK(index.count() == 0);
    const std::vector<ImageIndex::Change> both = {change("/x/a.png", "A", 1, 0), change("/x/b.png", "B", 2)};
    CHECK(index.change(both, {}) == 0);
    index.put_folder({"/x", false, 3});
  }
  ImageIndex index(folder / "a.index", ImageIndex::Access::write);
  CHECK(index.model().digest == model.digest);
  CHECK(index.model().dimensions == 2);
  CHECK(index.count() == 2);
  CHECK(index.find("/x/a.png")->content == "A");
  CHECK(index.find("/x/a.png")->camera == 0);
  CHECK(index.find("/x/b.png")->camera == -1);
  CHECK(!index.find("/x/c.png"));
  REQUIRE(index.folders().size() == 1);
  CHECK(index.folders()[0].path == "/x");
  CHECK(!index.folders()[0].labels);
  CHECK(index.folders()[0].camera == 3);
  CHECK(rows_of(index) == std::vector<float>{1, 1, 2, 1});
  CHECK(index.find(index.searchable().id(1))->path == "/x/b.png");

  // Replaced in its place; only the identity of another.
  ImageIndex::Change named{{"/x/b.png", "B", "0007", 1}, {}};
  const std::vector<ImageIndex::Change> changes = {change("/x/a.png", "A2", 5), named};
  index.change(changes, {});
  CHECK(index.count() == 2);
  CHECK(rows_of(index) == std::vector<float>{5, 1, 2, 1});
  CHECK(index.find("/x/b.png")->identity == "0007");
  CHECK(index.find("/x/b.png")->camera == 1);

  const std::vector<std::string> gone = {"/x/a.png", "/x/never.png"};
  CHECK(index.change({}, gone) == 1);
  CHECK(index.count() == 1);
  CHECK(rows_of(index) == std::vector<float>{2, 1});
}

TEST_CASE("index: an embedding is known by content and camera") {
  TemporaryFolder folder;
  ImageIndex index(folder / "a.index", model);
  const std::vector<ImageIndex::Change> some = {change("/a", "A", 1), change("/b", "A", 2, 0)};
  index.change(some, {});
  CHECK(index.embedding_of("A", -1) == std::vector<float>{1, 1});
  CHECK(index.embedding_of("A", 0) == std::vector<float>{2, 1});
  CHECK(!index.embedding_of("A", 1));
  CHECK(!index.embedding_of("B", -1));
}

TEST_CASE("index: below a folder is what its path begins") {
  TemporaryFolder folder;
  ImageIndex index(folder / "a.index", model);
  const std::vector<ImageIndex::Change> some = {change("/p/a.png", "1", 1), change("/p/b/c.png", "2", 1),
                                                change("/p-other/d.png", "3", 1), change("/p0", "4", 1)};
  index.change(some, {});
  CHECK(index.paths_below("/p") == std::vector<std::string>{"/p/a.png", "/p/b/c.png"});
  CHECK(index.paths_below("/p/a.png") == std::vector<std::string>{"/p/a.png"});
  CHECK(index.paths_below("/").size() == 4);
  CHECK(index.paths_below("/q").empty());
}

TEST_CASE("index: the row file is made again when it does not fit") {
  TemporaryFolder folder;
  ImageIndex index(folder / "a.index", model);
  const std::vector<ImageIndex::Change> first = {change("/a", "A", 1)}, second = {change("/b", "B", 2)};
  index.change(first, {});
  CHECK(rows_of(index) == std::vector<float>{1, 1});
  const auto made = std::filesystem::last_write_time(index.row_file_path());
  CHECK(rows_of(index) == std::vector<float>{1, 1});
  CHECK(std::filesystem::last_write_time(index.row_file_path()) == made);  // it fitted
  index.change(second, {});
  CHECK(rows_of(index) == std::vector<float>{1, 1, 2, 1});
  std::filesystem::remove(index.row_file_path());
  CHECK(rows_of(index) == std::vector<float>{1, 1, 2, 1});
  write_text(index.row_file_path(), "something else");
  CHECK(rows_of(index) == std::vector<float>{1, 1, 2, 1});
  // A change by another program.
  Database(folder / "a.index", Database::Open::write).execute("DELETE FROM image WHERE path = '/a'");
  CHECK(rows_of(index) == std::vector<float>{2, 1});
}

TEST_CASE("index: without a row file the database itself is searched") {
  TemporaryFolder folder;
  ImageIndex index(folder / "a.index", model);
  std::vector<ImageIndex::Change> many;
  for (int i = 0; i < 300; ++i)
    many.push_back(change(fmt::format("/{:03}", i), std::to_string(i), static_cast<float>(i)));
  index.change(many, {});
  std::filesystem::create_directory(index.row_file_path());  // no file can be written there
  std::string warning;
  const auto all = index.searchable([&](const std::string& why) { warning = why; });
  CHECK(contains(warning, "takes longer"));
  CHECK(all.row_file == nullptr);
  const std::vector<float> queries = {17, 1, 250, 1};
  for (int again = 0; again < 2; ++again) {
    const auto near = nearest_rows(Device::open("cpu"), *all.rows, queries, 1);
    CHECK(index.find(all.id(near[0][0].row))->path == "/017");
    CHECK(index.find(all.id(near[1][0].row))->path == "/250");
  }
}

TEST_CASE("index: one writer at a time, and readers beside it") {
  TemporaryFolder folder;
  const ImageIndex writer(folder / "a.index", model);
  CHECK(contains(complaint([&] { ImageIndex(folder / "a.index", ImageIndex::Access::write); }),
                 "being written by another"));
  CHECK(contains(complaint([&] { ImageIndex(folder / "a.index", model); }), "being written by another"));
  CHECK(ImageIndex(folder / "a.index", ImageIndex::Access::read).count() == 0);
}

TEST_CASE("index: what is not an index of this model is an Error that says so") {
  TemporaryFolder folder;
  const auto open = [&](const char* name) {
    return complaint([&] { ImageIndex(folder / name, ImageIndex::Access::read); });
  };
  CHECK(contains(open("none"), "there is no index"));
  write_text(folder / "text", "no database, whatever it is called; long enough to have a header of its own");
  CHECK(contains(open("text"), "no SQLite database"));
  CHECK(contains(complaint([&] { ImageIndex(folder / "text", model); }), "no SQLite database"));
  write_text(folder / "other", "");
  Database(folder / "other", Database::Open::write).execute("CREATE TABLE t(x)");
  CHECK(contains(open("other"), "not an index"));

  { const ImageIndex index(folder / "a.index", model); }
  IndexedModel another = model;
  another.digest = std::string(64, 'b'), another.key = std::string(64, '2');
  another.file = "/models/b.safetensors";
  const std::string said = complaint([&] { ImageIndex(folder / "a.index", another); });
  for (const char* part : {"/models/a.safetensors", "/models/b.safetensors", "key 1111", "key 2222"})
    CHECK(contains(said, part));

  const auto broken = [&](const char* statement) {
    std::filesystem::copy_file(folder / "a.index", folder / "broken",
                               std::filesystem::copy_options::overwrite_existing);
    Database(folder / "broken", Database::Open::write).execute(statement);
    return open("broken");
  };
  CHECK(contains(broken("PRAGMA user_version = 9"), "format 9"));
  CHECK(contains(broken("UPDATE meta SET value = '-3' WHERE key = 'dimensions'"), "'-3' dimensions"));
  CHECK(contains(broken("DELETE FROM meta WHERE key = 'model digest'"), "does not say 'model digest'"));
  CHECK(contains(broken("UPDATE meta SET value = '0' WHERE key = 'results version'"), "another version"));
}

TEST_CASE("index: an embedding of another length is an Error when it is searched") {
  TemporaryFolder folder;
  ImageIndex index(folder / "a.index", model);
  const std::vector<ImageIndex::Change> some = {change("/a", "A", 1)};
  index.change(some, {});
  Database(folder / "a.index", Database::Open::write).execute("UPDATE embedding SET vector = x'0102'");
  const std::vector<float> query = {1, 1};
  CHECK(contains(complaint([&] { nearest_rows(Device::open("cpu"), *index.searchable().rows, query, 1); }),
                 "has 2 bytes in place of 8"));
}
