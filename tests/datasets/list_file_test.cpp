#include "datasets/list_file.h"

#include "datasets/image.h"
#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

// A folder with images 1.png to 4.png and a list.
struct Listed {
  TemporaryFolder folder;
  explicit Listed(const std::string& list) {
    write_images(folder, {"1.png", "2.png", "3.png", "sub dir/4,b.png"});
    write_text(folder / "list.csv", list);
  }
  std::string file() const { return (folder / "list.csv").string(); }
  std::string wrong() const {
    return complaint([&] { open_list(file()); });
  }
};

}  // namespace

TEST_CASE("a list says who is on which image, by which camera, for what") {
  const Listed listed(
      "camera,path,part,person,frame,sequence\n"
      "a,1.png,train,\"Smith, J.\",3,1\n"
      "b,2.png,train,\"Smith, J.\",,\r\n"
      "b,3.png,gallery,,,\n"
      "b,\"sub dir/4,b.png\",junk,x,,\n");
  const Dataset dataset = open_list(listed.file());
  CHECK(dataset.layout == "list");
  CHECK(dataset.root == listed.file());
  CHECK(dataset.identity_names == std::vector<std::string>{"Smith, J."});
  CHECK(dataset.cameras == 2);
  CHECK(dataset.junk == 1);
  CHECK(dataset.distractors == 1);
  REQUIRE(dataset.samples.size() == 3);
  CHECK(dataset.samples[0].part == Part::train);
  CHECK(dataset.samples[0].sequence == 1);
  CHECK(dataset.samples[0].frame == 3);
  CHECK(dataset.samples[1].sequence == -1);
  CHECK(dataset.samples[2].part == Part::gallery);
  CHECK(read_image(dataset.samples[0].file).width == 2);
}

TEST_CASE("the paths of a list are relative to a folder that is named") {
  const Listed listed("path,person,camera,part\n4,b.png,1,a,\n");
  write_text(listed.folder / "lists/list.csv", "path,person,camera,part\n1.png,1,a,any\n2.png,1,b,\n");
  const Dataset dataset = open_list((listed.folder / "lists/list.csv").string(), listed.folder.str());
  CHECK(dataset.identities == 1);
  CHECK(dataset.samples[1].part == Part::any);
}

TEST_CASE("what is wrong with a list is said with its line") {
  const std::string head = "path,person,camera,part\n", good = "1.png,1,a,\n";
  const auto says = [](const std::string& list, const std::string& text) {
    const std::string wrong = Listed(list).wrong();
    CAPTURE(wrong);
    CHECK(contains(wrong, text));
  };
  says("", "is empty; its first line names the columns path, person, camera, part");
  says("path,person,camera\n" + good, "line 1: the first line lacks the column 'part'");
  says("path,person,camera,part,colour\n", "line 1: there is no column 'colour'");
  says("path,person,camera,part,path\n", "line 1: the column 'path' stands there twice");
  says(head + good + "2.png,1,b\n", "line 3: 3 fields where the first line has 4");
  says(head + "\n" + good + "9.png,1,b,\n", "line 4: there is no image");
  says(head + good + "1.png,1,b,\n", "line 3: 1.png is listed already, on line 2");
  says(head + good + "2.png,1,,\n", "line 3: the camera is missing");
  says(head + good + "2.png,1,b,test\n",
       "line 3: the part 'test' is none of train, query, gallery, any and junk");
  says("path,person,camera,part,frame\n1.png,1,a,,x\n", "line 2: the frame 'x' is not a whole number");
  says("path,person,camera,part,sequence\n1.png,1,a,,-2\n",
       "line 2: the sequence '-2' is not a whole number");
  says(head, "lists no image");
  CHECK(contains(complaint([] { open_list("/nowhere.csv"); }), "there is no list /nowhere.csv"));
}
