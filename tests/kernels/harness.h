#pragma once
#include <fmt/format.h>

#include <cstddef>
#include <cstring>
#include <functional>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "kernels/backends.h"
#include "kernels/context.h"
#include "kernels/kernels.h"
#include "tests/devices.h"

// One test body for every device. A Trial is one call of a kernel: it knows the arrays of the call and what
// each is for, runs the call on the reference and on every device that is there, and compares.
//
//   Trial trial("add_scaled n={}", n);
//   const auto x = trial.input(trial.random(n));
//   const auto y = trial.in_place(trial.random(n));
//   trial.compare([&](Run& run) { run.kernels.add_scaled(run.context, n, Real(0.5), run[x], run[y]); },
//                 relative(4));
//
// Beside the values it checks on each device that
//  - outputs are fully written: they are poisoned with NaN in one run and infinity in another;
//  - gradients are added to, not assigned: they start with random numbers (of the reference, too: what it
//    adds is measured from zero);
//  - the bits are the same for 1, 2 and 3 threads, and for arrays that start at another address;
//  - inputs stay as they were, and nothing is written before or after an array.
namespace triptych::test {

// Whether a device under test shares work among the host's threads: for the others large shapes, whose parts
// are cut among threads, say little more than small ones, and take long where a GPU is emulated.
inline bool threads_are_under_test() {
  for (const Backend* backend : devices_under_test())
    if (backend->kernels->host_memory) return true;
  return false;
}

// Called before run `number` of a trial's call on a device: of what a device may do with a call in several
// ways, such as the emulator with the order of its threads, the first run tries all.
inline void (*before_run)(int number) = nullptr;

inline constexpr double eps = std::numeric_limits<Real>::epsilon();

// How far a device may be from the reference: `factor` eps times a magnitude.
struct Bound {
  enum class Of { reference, products, constant } of;
  double factor, magnitude = 0;
};
// The stated bound 4 K eps sum |a||b|, K the length of the sum. The sum is the reference's own result for the
// absolute values of the inputs, so this is for kernels that are sums of products (or whose signs
// Trial::magnitude corrects).
inline Bound products(Index length) {
  return {Bound::Of::products, 4.0 * double(length)};
}
inline Bound relative(double factor) {
  return {Bound::Of::reference, factor};
}  // factor eps |reference|
inline Bound within(double factor, double magnitude) {
  return {Bound::Of::constant, factor, magnitude};
}
inline Bound exact() {
  return {Bound::Of::constant, 0, 0};
}

// A handle of one array of a trial.
template <class T>
struct Array {
  std::size_t id;
  Index size;
};
inline constexpr Array<Real> none{std::numeric_limits<std::size_t>::max(),
                                  0};  // a null pointer: "not wanted"

// One run of the call on one device.
struct Run {
  const Kernels& kernels;
  Context& context;
  std::vector<void*> pointers;
  template <class T>
  T* operator[](Array<T> array) const {
    return array.id < pointers.size() ? static_cast<T*>(pointers[array.id]) : nullptr;
  }
};

// What the arrays held after a run.
struct Outcome {
  std::vector<std::vector<std::byte>> arrays;
  template <class T>
  std::vector<T> operator[](Array<T> array) const {
    std::vector<T> values(static_cast<std::size_t>(array.size));
    if (array.size) std::memcpy(values.data(), arrays[array.id].data(), arrays[array.id].size());
    return values;
  }
};

class Trial {
 public:
  template <class... Arguments>
  explicit Trial(fmt::format_string<Arguments...> text, Arguments&&... arguments)
      : label_(fmt::format(text, std::forward<Arguments>(arguments)...)) {}

  // Random numbers, the same in every run of the tests.
  std::vector<Real> random(Index n, double low = -1, double high = 1);
  std::vector<std::int32_t> random_indices(Index n, Index below);

  template <class T>
  Array<T> input(const std::vector<T>& values) {
    return add(Role::input, values);
  }
  // Written by the kernel; compared, integers exactly.
  template <class T>
  Array<T> output(Index n) {
    return add(Role::output, std::vector<T>(static_cast<std::size_t>(n)));
  }
  // Written by the kernel, the same for any number of threads, but judged by `verify` alone: the position of
  // a maximum of rounded numbers, say, where two devices may rightly differ.
  template <class T>
  Array<T> choice(Index n) {
    return add(Role::choice, std::vector<T>(static_cast<std::size_t>(n)));
  }
  // Added to by the kernel.
  Array<Real> gradient(Index n) { return add(Role::gradient, random(n)); }
  // Read and written by the kernel: both devices start from these values.
  template <class T>
  Array<T> in_place(const std::vector<T>& values) {
    return add(Role::in_place, values);
  }

  // For products(): the values to use instead of |values| of an input, where the absolute values do not give
  // the largest sum (-|b| for the b in a - b).
  void magnitude(Array<Real> array, const std::vector<Real>& values);

  using Call = std::function<void(Run&)>;
  using Verify = std::function<void(const Outcome& got)>;
  void compare(const Call& call, Bound bound, const Verify& verify = {});
  // The reference's own result, e.g. the saved arrays that a backward kernel takes.
  Outcome reference(const Call& call) const;

 private:
  enum class Role { input, output, choice, gradient, in_place };
  enum class Type { real, index, byte };
  struct Slot {
    Role role;
    Type type;
    std::vector<std::byte> start, magnitude;
  };
  // from_zero: gradients start with 0; magnitudes: inputs are replaced by their absolute values as well.
  enum class Start { as_given, from_zero, magnitudes };
  // The circumstances of a run, none of which may change a bit of the result.
  struct Setting {
    int threads = 1;
    Index shift = 0;         // how many elements the arrays start after an aligned address
    std::size_t guard = 64;  // bytes before and after each array that no kernel may write
    Real poison = std::numeric_limits<Real>::quiet_NaN();
  };

  template <class T>
  Array<T> add(Role role, const std::vector<T>& values) {
    constexpr Type type = sizeof(T) == 1 ? Type::byte : std::is_same_v<T, Real> ? Type::real : Type::index;
    slots_.push_back({role, type, bytes_of(values), {}});
    return {slots_.size() - 1, static_cast<Index>(values.size())};
  }
  template <class T>
  static std::vector<std::byte> bytes_of(const std::vector<T>& values) {
    std::vector<std::byte> bytes(values.size() * sizeof(T));
    if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
  }

  void compare_on(const Backend& backend, const Call& call, Bound bound, const Verify& verify,
                  const Outcome& expected, const Outcome& magnitudes) const;
  std::vector<std::byte> start_of(const Slot& slot, Start start, Real poison) const;
  Outcome execute(const Kernels& kernels, const Call& call, Start start, const Setting& setting) const;
  std::string difference(const Slot& slot, std::size_t id, const Outcome& got, const Outcome& expected,
                         const Outcome& magnitudes, Bound bound) const;
  std::string altered_inputs(const Outcome& got) const;

  std::string label_;
  std::vector<Slot> slots_;
  std::uint32_t drawn_ = 0;
};

// What may be fused with pooling: the activations that do not decrease, which is all but gelu.
inline constexpr Activation pooled_activations[] = {Activation::identity, Activation::relu, Activation::tanh,
                                                    Activation::sigmoid};

// Sizes that tiles get wrong: 1, primes, and one less, exactly and one more than the tiles of the
// micro-kernels.
inline const std::vector<Index> odd_sizes = {1,  2,  3,  5,  6,  7,  8,  9,  11, 12, 13,
                                             14, 15, 16, 17, 31, 32, 33, 47, 48, 49};

}  // namespace triptych::test
