#include "reid/report/page/op_source.h"

#include <doctest/doctest.h>

using namespace triptych;

TEST_CASE("an op's function is found by the name that it records") {
  const std::string text =
      "int before() {\n}\n\nVariable twice(const Variable& x) {\n  return record(\"twice\", x);\n}\n\nint "
      "after() {\n}\n";
  const OpSource found = find_op("file.cpp", text, "twice");
  CHECK(found.line == 4);
  CHECK(found.code == "Variable twice(const Variable& x) {\n  return record(\"twice\", x);\n}");
  CHECK(find_op("file.cpp", text, "thrice").code.empty());
}

TEST_CASE("an op that a function for several records has the lines of that function") {
  const std::string text =
      "const char* name_of(int kind) {\n  return \"up\";\n}\n\nint both(const char* op) {\n  // saved: y.   "
      "dx += dy\n"
      "  //   or not\n  return record(op, 1);\n}\n";
  const OpSource found = find_op("file.cpp", text, "up");
  CHECK(found.line == 5);
  CHECK(backward_comment(found) == std::vector<std::string>{"saved: y.   dx += dy", "or not"});
  CHECK(backward_comment({}).empty());
}

TEST_CASE("the ops of a training step have their lines") {
  for (const char* op :
       {"convolution2d", "batch_norm_activation_pool", "linear", "elman", "strip_max_pool", "l2_normalise",
        "triplet_loss", "pairwise_squared_distances", "patch_match", "add", "mean", "relu", "tanh", "max"}) {
    CAPTURE(op);
    const OpSource source = op_source(op);
    CHECK(source.file.starts_with("engine/ops/"));
    CHECK(source.code.find(" record(") != std::string::npos);
    REQUIRE_FALSE(backward_comment(source).empty());
    CHECK(backward_comment(source).front().starts_with("saved: "));
  }
}
