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

TEST_CASE("the ops of a training step have their lines") {
  for (const char* op :
       {"convolution2d", "batch_norm_activation_pool", "linear", "elman", "strip_max_pool", "l2_normalise",
        "triplet_loss", "pairwise_squared_distances", "patch_match", "add", "mean"}) {
    CAPTURE(op);
    const OpSource source = op_source(op);
    CHECK(source.file.starts_with("engine/ops/"));
    CHECK(source.code.find('"' + std::string(op) + '"') != std::string::npos);
  }
}
