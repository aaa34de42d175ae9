// oneDNN on the convolutions of apps/bench/convolution.cpp, each array in the layout that it chooses itself
// (no reordering is timed). Stands alone, for oneDNN 2 and 3; apps/bench/compare.sh compiles and runs it
// where the library is installed:
//
//     g++ -std=c++17 -O2 -fopenmp -I. apps/bench/peers/onednn.cpp -o onednn -ldnnl \
//       && ./onednn --only 'conv2.*_1t' --seconds 1
#include <omp.h>

#include <dnnl.hpp>
#include <unordered_map>

#include "apps/bench/peers/timing.h"

namespace {

using dnnl::algorithm;
using dnnl::memory;
using dnnl::primitive;
using dnnl::prop_kind;

struct Shape {
  memory::dim batch, height, width, in, out;
};
constexpr Shape shapes[] = {{96, 210, 95, 3, 16}, {96, 105, 47, 16, 32}, {96, 52, 23, 32, 64}};

// One convolution, 5 x 5 with a border of 2, each of its three ways.
class Convolution {
 public:
  explicit Convolution(const Shape& s)
      : x_(any({s.batch, s.in, s.height, s.width})),
        w_(any({s.out, s.in, 5, 5})),
        bias_(memory::desc({s.out}, memory::data_type::f32, memory::format_tag::x)),
        y_(any({s.batch, s.out, s.height, s.width})),
        forward_(describe_forward()) {}

  std::function<void()> forward() {
    return runner(dnnl::convolution_forward(forward_), {{DNNL_ARG_SRC, filled(forward_.src_desc())},
                                                        {DNNL_ARG_WEIGHTS, filled(forward_.weights_desc())},
                                                        {DNNL_ARG_BIAS, filled(bias_)},
                                                        {DNNL_ARG_DST, filled(forward_.dst_desc())}});
  }
  std::function<void()> backward_weights() {
    const auto way = describe_backward_weights();
    return runner(dnnl::convolution_backward_weights(way),
                  {{DNNL_ARG_SRC, filled(way.src_desc())},
                   {DNNL_ARG_DIFF_DST, filled(way.diff_dst_desc())},
                   {DNNL_ARG_DIFF_WEIGHTS, filled(way.diff_weights_desc())},
                   {DNNL_ARG_DIFF_BIAS, filled(bias_)}});
  }
  std::function<void()> backward_input() {
    const auto way = describe_backward_input();
    return runner(dnnl::convolution_backward_data(way), {{DNNL_ARG_DIFF_DST, filled(way.diff_dst_desc())},
                                                         {DNNL_ARG_WEIGHTS, filled(way.weights_desc())},
                                                         {DNNL_ARG_DIFF_SRC, filled(way.diff_src_desc())}});
  }

 private:
  using Arguments = std::unordered_map<int, memory>;
  using Forward = dnnl::convolution_forward::primitive_desc;
  using BackwardWeights = dnnl::convolution_backward_weights::primitive_desc;
  using BackwardInput = dnnl::convolution_backward_data::primitive_desc;

  static memory::desc any(const memory::dims& sizes) {
    return memory::desc(sizes, memory::data_type::f32, memory::format_tag::any);
  }
  memory filled(const memory::desc& description) const {
    memory result(description, engine_);
    float* values = static_cast<float*>(result.get_data_handle());
    for (std::size_t i = 0; i < description.get_size() / sizeof(float); ++i)
      values[i] = static_cast<float>(i * 7919 % 1009) / 1009 - 0.5f;
    return result;
  }
  std::function<void()> runner(const primitive& what, const Arguments& arguments) const {
    return [what, arguments, stream = dnnl::stream(engine_)]() mutable {
      what.execute(stream, arguments);
      stream.wait();
    };
  }

#if DNNL_VERSION_MAJOR >= 3
  Forward describe_forward() const {
    return Forward(engine_, prop_kind::forward_training, algorithm::convolution_direct, x_, w_, bias_, y_,
                   one_, border_, border_);
  }
  BackwardWeights describe_backward_weights() const {
    return BackwardWeights(engine_, algorithm::convolution_direct, x_, w_, bias_, y_, one_, border_, border_,
                           forward_);
  }
  BackwardInput describe_backward_input() const {
    return BackwardInput(engine_, algorithm::convolution_direct, x_, w_, y_, one_, border_, border_,
                         forward_);
  }
#else
  Forward describe_forward() const {
    return Forward({prop_kind::forward_training, algorithm::convolution_direct, x_, w_, bias_, y_, one_,
                    border_, border_},
                   engine_);
  }
  BackwardWeights describe_backward_weights() const {
    return BackwardWeights({algorithm::convolution_direct, x_, w_, bias_, y_, one_, border_, border_},
                           engine_, forward_);
  }
  BackwardInput describe_backward_input() const {
    return BackwardInput({algorithm::convolution_direct, x_, w_, y_, one_, border_, border_}, engine_,
                         forward_);
  }
#endif

  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  memory::dims one_ = {1, 1}, border_ = {2, 2};
  memory::desc x_, w_, bias_, y_;
  Forward forward_;
};

}  // namespace

int main(int count, char** arguments) {
  const Asked asked(count, arguments);
  for (const int threads : {2, 1})
    for (int block = 1; block <= 3; ++block)
      for (const std::string way : {"forward", "backward_weights", "backward_input"}) {
        const std::string name =
            "conv" + std::to_string(block) + "_" + way + "_" + std::to_string(threads) + "t";
        if ((block == 1 && way == "backward_input") || !asked.wants(name)) continue;
        omp_set_num_threads(threads);
        Convolution convolution(shapes[block - 1]);
        const double seconds = median_seconds("onednn_" + name, threads, asked.seconds,
                                              way == "forward"            ? convolution.forward()
                                              : way == "backward_weights" ? convolution.backward_weights()
                                                                          : convolution.backward_input());
        if (seconds > 0) print_figure("onednn_" + name, 1e3 * seconds, "ms");
      }
}
