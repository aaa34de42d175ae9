#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace triptych {

// Where an op of the tape is written: its function in engine/ops, forward and backward together.
struct OpSource {
  std::string file;
  int line = 0;  // of the function's first line, from 1
  std::string code;
};
// The function of `text` that records the op `name`, or, when it is recorded by a function for several ops
// (record(op, ...)), that one; no code when there is none.
OpSource find_op(std::string_view file, std::string_view text, const std::string& name);
// ... in the embedded sources of all ops.
OpSource op_source(const std::string& name);
// What the source says about backward, line by line: its comment above record(), "saved: y. dx += dy (1 -
// y^2)".
std::vector<std::string> backward_comment(const OpSource& source);

}  // namespace triptych
