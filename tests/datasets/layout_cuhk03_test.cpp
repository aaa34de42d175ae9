#include <doctest/doctest.h>

#include <fstream>

#include "datasets/dataset.h"
#include "tests/datasets/helpers.h"
#include "tests/datasets/mat_writer.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

const std::vector<std::string> names = {"1_001_1_01.png", "1_001_2_06.png", "2_002_1_01.png",
                                        "2_002_2_06.png", "2_003_1_01.png", "2_003_2_07.png"};
using Numbers = std::vector<std::uint16_t>;

struct Lists {
  std::vector<std::string> files = names;
  Numbers people = {1, 1, 846, 846, 847, 847}, cameras = {1, 2, 1, 2, 1, 2};
  Numbers training = {1, 2}, queries = {3, 5}, gallery = {4, 6};
};

void write_lists(const std::filesystem::path& file, const Lists& lists = {}) {
  const FileBytes bytes =
      mat_file({mat_matrix("camId", lists.cameras), mat_cells("filelist", lists.files),
                mat_matrix("gallery_idx", lists.gallery), mat_matrix("labels", lists.people),
                mat_matrix("query_idx", lists.queries), mat_matrix("train_idx", lists.training)});
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

void write_cuhk03(const TemporaryFolder& folder, const std::string& kind) {
  for (const std::string& name : names) write_images(folder, {"images_" + kind + "/" + name});
  write_lists(folder / ("cuhk03_new_protocol_config_" + kind + ".mat"));
}

}  // namespace

TEST_CASE("CUHK03 is read from the lists of its new protocol") {
  TemporaryFolder folder;
  write_cuhk03(folder, "detected");
  const Dataset dataset = open_dataset(folder.str());
  CHECK(dataset.layout == "CUHK03, new protocol");
  CHECK(dataset.identities == 3);
  CHECK(dataset.cameras == 2);
  REQUIRE(dataset.samples.size() == 6);
  CHECK(samples_for_training(dataset, std::vector<Index>{0, 1, 2}).size() == 2);
  for (const Sample& sample : dataset.samples)
    if (sample.file.filename() == "2_003_2_07.png") {
      CHECK(sample.part == Part::gallery);
      CHECK(sample.camera == 1);
      CHECK(dataset.identity_names[static_cast<std::size_t>(sample.identity)] == "0847");
    }
}

TEST_CASE("of CUHK03's two kinds of images one must be chosen, by its folder") {
  TemporaryFolder folder;
  write_cuhk03(folder, "detected");
  write_cuhk03(folder, "labeled");
  CHECK(contains(complaint([&] { open_dataset(folder.str()); }), "give one of the two folders"));
  for (const char* inside : {"images_labeled", "images_detected/"}) {
    const Dataset dataset = open_dataset((folder / inside).string());
    CHECK(dataset.layout == "CUHK03, new protocol");
    CHECK(contains(dataset.samples[0].file.string(), std::string(inside).substr(0, 11)));
  }
}

TEST_CASE("lists of CUHK03 that do not fit its images say so") {
  TemporaryFolder folder;
  write_cuhk03(folder, "labeled");
  const auto wrong = [&](auto change) {
    Lists lists;
    change(lists);
    write_lists(folder / "cuhk03_new_protocol_config_labeled.mat", lists);
    return complaint([&] { open_dataset(folder.str()); });
  };
  CHECK(contains(wrong([](Lists& l) { l.gallery = {4, 7}; }), "gallery_idx holds 7"));
  CHECK(contains(wrong([](Lists& l) { l.people.pop_back(); }), "names 6 images, but has 5 labels"));
  CHECK(contains(wrong([](Lists& l) { l.files[0] = "9.png"; }), "9.png, which is not there"));
  CHECK(contains(wrong([](Lists& l) { l.queries = {}; }), "no list of numbers called query_idx"));
  std::filesystem::remove_all(folder / "images_labeled");
  CHECK(contains(wrong([](Lists&) {}), "neither images_labeled/ nor images_detected/"));
}
