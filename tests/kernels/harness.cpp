#include "tests/kernels/harness.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "kernels/complete.h"
#include "kernels/philox.h"
#include "tests/devices.h"

namespace triptych::test {
namespace {

// A device that does not have a kernel yet is left out.
struct NoKernel : std::runtime_error {
  using std::runtime_error::runtime_error;
  [[noreturn]] static void missing(const Context&, const char* kernel) { throw NoKernel(kernel); }
};

constexpr std::byte guard_byte{0xFF};  // as floats: NaN, so that reading them shows as well

template <class T>
std::vector<std::byte> repeated(T value, std::size_t bytes) {
  std::vector<std::byte> result(bytes);
  for (std::size_t i = 0; i + sizeof(T) <= bytes; i += sizeof(T)) std::memcpy(&result[i], &value, sizeof(T));
  return result;
}

template <class T>
T element(const std::vector<std::byte>& bytes, std::size_t i) {
  T value;
  std::memcpy(&value, &bytes[i * sizeof(T)], sizeof(T));
  return value;
}

bool all_guard(const std::byte* first, const std::byte* end) {
  for (; first != end; ++first)
    if (*first != guard_byte) return false;
  return true;
}

}  // namespace

std::vector<Real> Trial::random(Index n, double low, double high) {
  std::vector<Real> values(static_cast<std::size_t>(n));
  const std::uint32_t stream = drawn_++;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Philox::Words words = Philox::generate({static_cast<std::uint32_t>(i), stream, 0, 0}, 20160627);
    values[i] = static_cast<Real>(low + (high - low) * (words[0] + 0.5) * 0x1p-32);
  }
  return values;
}

std::vector<std::int32_t> Trial::random_indices(Index n, Index below) {
  std::vector<std::int32_t> values;
  for (const Real x : random(n, 0, 1))
    values.push_back(static_cast<std::int32_t>(std::min(double(below - 1), x * double(below))));
  return values;
}

void Trial::magnitude(Array<Real> array, const std::vector<Real>& values) {
  slots_[array.id].magnitude = bytes_of(values);
}

std::vector<std::byte> Trial::start_of(const Slot& slot, Start start, Real poison) const {
  if (slot.role == Role::output || slot.role == Role::choice) {
    if (slot.type == Type::real) return repeated(poison, slot.start.size());
    return repeated(std::uint8_t(std::isnan(poison) ? 0xAB : 0xCD), slot.start.size());
  }
  if (slot.role == Role::gradient && start != Start::as_given) return repeated(Real(0), slot.start.size());
  if (start != Start::magnitudes || slot.type != Type::real) return slot.start;
  if (!slot.magnitude.empty()) return slot.magnitude;
  std::vector<std::byte> absolute = slot.start;
  for (std::size_t i = 0; i * sizeof(Real) < absolute.size(); ++i) {
    const Real value = std::abs(element<Real>(slot.start, i));
    std::memcpy(&absolute[i * sizeof(Real)], &value, sizeof(Real));
  }
  return absolute;
}

Outcome Trial::execute(const Kernels& kernels, const Call& call, Start start, const Setting& setting) const {
  Context context;
  context.threads = setting.threads;
  Run run{kernels, context, {}};
  std::vector<void*> blocks;
  std::vector<std::size_t> fronts;
  for (const Slot& slot : slots_) {
    const std::size_t width = slot.type == Type::real ? sizeof(Real) : slot.type == Type::index ? 4 : 1;
    const std::size_t front = setting.guard + static_cast<std::size_t>(setting.shift) * width;
    std::vector<std::byte> block(front + slot.start.size() + setting.guard, guard_byte);
    const std::vector<std::byte> values = start_of(slot, start, setting.poison);
    std::copy(values.begin(), values.end(), block.begin() + static_cast<std::ptrdiff_t>(front));
    blocks.push_back(kernels.allocate(context, block.size()));
    fronts.push_back(front);
    REQUIRE(blocks.back() != nullptr);
    kernels.copy_in(context, blocks.back(), block.data(), block.size());
    run.pointers.push_back(static_cast<std::byte*>(blocks.back()) + front);
  }
  call(run);
  kernels.synchronise(context);
  CHECK_MESSAGE(context.error.empty(), label_, ": ", context.error);

  Outcome outcome;
  for (std::size_t id = 0; id < slots_.size(); ++id) {
    const std::size_t size = slots_[id].start.size(), front = fronts[id];
    std::vector<std::byte> block(front + size + setting.guard);
    kernels.copy_out(context, block.data(), blocks[id], block.size());
    kernels.release(context, blocks[id]);
    const std::byte *first = block.data() + front, *end = first + size;
    const bool inside = all_guard(block.data(), first) && all_guard(end, block.data() + block.size());
    CHECK_MESSAGE(inside, label_, ": ", kernels.name, " wrote before or after array ", id);
    outcome.arrays.emplace_back(first, end);
  }
  kernels.synchronise(context);
  return outcome;
}

std::string Trial::altered_inputs(const Outcome& got) const {
  for (std::size_t id = 0; id < slots_.size(); ++id)
    if (slots_[id].role == Role::input && got.arrays[id] != slots_[id].start)
      return fmt::format("input {} was written", id);
  return {};
}

// The worst element of an array, in words; empty when all are within the bound.
std::string Trial::difference(const Slot& slot, std::size_t id, const Outcome& got, const Outcome& expected,
                              const Outcome& magnitudes, Bound bound) const {
  if (slot.type != Type::real) {
    for (std::size_t i = 0; i < got.arrays[id].size(); ++i)
      if (got.arrays[id][i] != expected.arrays[id][i])
        return fmt::format("array {} (integers) differs at byte {}", id, i);
    return {};
  }
  std::string worst;
  double worst_ratio = 0;
  for (std::size_t i = 0; i * sizeof(Real) < got.arrays[id].size(); ++i) {
    const double before = slot.role == Role::gradient ? element<Real>(slot.start, i) : 0;
    const double x = element<Real>(got.arrays[id], i),
                 reference = before + element<Real>(expected.arrays[id], i);
    if (std::isnan(reference) ? std::isnan(x) : std::isinf(reference) && x == reference) continue;
    double magnitude = bound.magnitude;
    if (bound.of == Bound::Of::reference) magnitude = std::abs(reference);
    if (bound.of == Bound::Of::products) magnitude = std::abs(element<Real>(magnitudes.arrays[id], i));
    // What was there before is one more term of the sum, and is rounded with it.
    double allowed = bound.factor * eps * (magnitude + std::abs(before)) +
                     (slot.role == Role::gradient ? eps * std::abs(reference) : 0);
    allowed += bound.factor * std::numeric_limits<Real>::min();  // numbers below the normal ones may become 0
    const double error = std::abs(x - reference);
    if (error <= allowed) continue;  // false for NaN
    const double ratio = std::isnan(error) ? HUGE_VAL : error / allowed;
    if (!worst.empty() && ratio <= worst_ratio) continue;
    worst_ratio = ratio;
    worst = fmt::format("array {}, element {}: {} where the reference has {}; off by {}, allowed {}", id, i,
                        x, reference, error, allowed);
  }
  return worst;
}

Outcome Trial::reference(const Call& call) const {
  return execute(reference::kernels, call, Start::from_zero, {});
}

void Trial::compare_on(const Backend& backend, const Call& call, Bound bound, const Verify& verify,
                       const Outcome& expected, const Outcome& magnitudes) const {
  constexpr Real infinity = std::numeric_limits<Real>::infinity();
  // The last without guards: a sanitizer sees an array that is read beyond its end only where nothing
  // follows. A device with memory of its own has no threads of the host's: one other run is enough.
  std::vector<Setting> others = {{.threads = 2, .shift = 1, .poison = infinity},
                                 {.threads = 3, .guard = 0, .poison = infinity}};
  const Kernels kernels = complete<NoKernel>(*backend.kernels);
  if (!kernels.host_memory) others = {{.threads = 2, .shift = 1, .guard = 0, .poison = infinity}};
  const auto run = [&](int number, const Setting& setting) {
    if (before_run) before_run(number);
    return execute(kernels, call, Start::as_given, setting);
  };
  const Outcome got = run(0, {});
  for (std::size_t i = 0; i < others.size(); ++i) {
    const Outcome again = run(static_cast<int>(i + 1), others[i]);
    for (std::size_t id = 0; id < slots_.size(); ++id)
      CHECK_MESSAGE(got.arrays[id] == again.arrays[id], label_, ": ", backend.name, ": array ", id,
                    " has other bits with ", others[i].threads,
                    " threads, another address or other values before");
  }
  if (before_run) before_run(0);
  std::string wrong = altered_inputs(got);
  for (std::size_t id = 0; id < slots_.size() && wrong.empty(); ++id)
    if (slots_[id].role != Role::input && slots_[id].role != Role::choice)
      wrong = difference(slots_[id], id, got, expected, magnitudes, bound);
  CHECK_MESSAGE(wrong.empty(), label_, ": ", backend.name, ": ", wrong);
  INFO(label_, ": ", backend.name);
  if (verify) verify(got);
}

void Trial::compare(const Call& call, Bound bound, const Verify& verify) {
  const Outcome expected = reference(call);
  Outcome magnitudes;
  if (bound.of == Bound::Of::products) magnitudes = execute(reference::kernels, call, Start::magnitudes, {});
  for (const Backend* backend : devices_under_test()) {
    try {
      compare_on(*backend, call, bound, verify, expected, magnitudes);
    } catch (const NoKernel& kernel) {
      MESSAGE("SKIPPED: device ", backend->name, " has no kernel ", kernel.what());
    }
  }
}

}  // namespace triptych::test
