// The text of shapes and launches for error messages.
#include "kernels/cuda/host.h"

namespace triptych::cuda {
namespace {

struct Field {
  const char* name;
  Index value;
};

std::string fields(const std::vector<Field>& list) {
  std::string text;
  for (const Field& field : list)
    text += (text.empty() ? "" : ", ") + std::string(field.name) + " " + std::to_string(field.value);
  return "{" + text + "}";
}

std::string extent(dim3 d) {
  return std::to_string(d.x) + " x " + std::to_string(d.y) + " x " + std::to_string(d.z);
}

}  // namespace

std::string describe(const ConvolutionShape& s) {
  return fields({{"batch", s.batch},
                 {"height", s.height},
                 {"width", s.width},
                 {"in_channels", s.in_channels},
                 {"out_channels", s.out_channels},
                 {"kernel_height", s.kernel_height},
                 {"kernel_width", s.kernel_width},
                 {"stride", s.stride},
                 {"pad", s.pad}});
}

std::string describe(const PoolShape& s) {
  return fields({{"batch", s.batch},
                 {"height", s.height},
                 {"width", s.width},
                 {"channels", s.channels},
                 {"window_height", s.window_height},
                 {"window_width", s.window_width}});
}

std::string describe(const StripShape& s) {
  return fields({{"batch", s.batch},
                 {"rows", s.rows},
                 {"columns", s.columns},
                 {"channels", s.channels},
                 {"strips", s.strips}});
}

std::string describe(const RecurrentShape& s) {
  return fields({{"steps", s.steps}, {"batch", s.batch}, {"hidden", s.hidden}});
}

std::string describe(const StridedShape& s) {
  return fields({{"size", s.size[0]}, {"x", s.size[1]}, {"x", s.size[2]}, {"x", s.size[3]}});
}

std::string describe(const PatchMatchShape& s) {
  return fields({{"queries", s.queries},
                 {"candidates", s.candidates},
                 {"rows", s.rows},
                 {"columns", s.columns},
                 {"channels", s.channels},
                 {"reach", s.reach}});
}

std::string describe_launch(const char* name, dim3 grid, dim3 block,
                            const std::vector<std::string>& arguments) {
  std::string text = std::string("kernel ") + name + ", grid " + extent(grid) + ", block " + extent(block) +
                     ", no dynamic shared memory, arguments (";
  for (std::size_t i = 0; i < arguments.size(); ++i) text += (i ? ", " : "") + arguments[i];
  return text + ")";
}

}  // namespace triptych::cuda
