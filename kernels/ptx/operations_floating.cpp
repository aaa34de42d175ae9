#include <fmt/format.h>

#include <cmath>

#include "kernels/ptx/lanes.h"
#include "kernels/ptx/rounding.h"

namespace triptych::ptx {
namespace {

// min and max of PTX ignore a NaN, as fmin and fmax do; with .NaN they propagate it. The negative zero is
// less than the positive one.
template <class T>
T minimum(T a, T b) {
  if (a == b) return std::signbit(a) ? a : b;
  return std::isnan(a) || b < a ? b : a;
}
template <class T>
T maximum(T a, T b) {
  if (a == b) return std::signbit(a) ? b : a;
  return std::isnan(a) || b > a ? b : a;
}
template <class T>
T or_nan(T a, T b, T otherwise) {
  return std::isnan(a) || std::isnan(b) ? std::numeric_limits<T>::quiet_NaN() : otherwise;
}

template <class T>
void add_width(Operations& table, const std::string& type) {
  for (const char* rounding : {"", "rn."}) {
    table[fmt::format("add.{}{}", rounding, type)] = vectorised([](T a, T b) { return a + b; });
    table[fmt::format("sub.{}{}", rounding, type)] = vectorised([](T a, T b) { return a - b; });
    table[fmt::format("mul.{}{}", rounding, type)] = vectorised([](T a, T b) { return a * b; });
  }
  table["fma.rn." + type] = vectorised([](T a, T b, T c) { return std::fma(a, b, c); });
  table["min." + type] = vectorised([](T a, T b) { return minimum(a, b); });
  table["max." + type] = vectorised([](T a, T b) { return maximum(a, b); });
  table["min.NaN." + type] = vectorised([](T a, T b) { return or_nan(a, b, minimum(a, b)); });
  table["max.NaN." + type] = vectorised([](T a, T b) { return or_nan(a, b, maximum(a, b)); });
  table["copysign." + type] = vectorised([](T a, T b) { return std::copysign(b, a); });
  table["abs." + type] = vectorised([](T a) { return std::fabs(a); });
  table["neg." + type] = vectorised([](T a) { return -a; });
  table["mov." + type] = vectorised([](Lane<T> a) { return a; });
  for (const char* rounding : {"rn.", "full.", "approx."})
    table[fmt::format("div.{}{}", rounding, type)] = vectorised([](T a, T b) { return a / b; });
  for (const char* rounding : {"rn.", "approx."}) {
    table[fmt::format("sqrt.{}{}", rounding, type)] = vectorised([](T a) { return std::sqrt(a); });
    table[fmt::format("rcp.{}{}", rounding, type)] = vectorised([](T a) { return 1 / a; });
  }
  table["rsqrt.approx." + type] = vectorised([](T a) { return 1 / std::sqrt(a); });
}

// The special-function unit of a GPU is accurate to about 2^-22, the C library is slightly better. So results
// may differ from hardware in the last bits.
void add_approximations(Operations& table) {
  table["ex2.approx.f32"] = vectorised([](float a) { return std::exp2(a); });
  table["lg2.approx.f32"] = vectorised([](float a) { return std::log2(a); });
  table["sin.approx.f32"] = vectorised([](float a) { return std::sin(a); });
  table["cos.approx.f32"] = vectorised([](float a) { return std::cos(a); });
  table["tanh.approx.f32"] = vectorised([](float a) { return std::tanh(a); });
  table["ex2.approx.ftz.f32"] =
      vectorised([](float a) { return flush_to_zero(std::exp2(flush_to_zero(a))); });
  table["lg2.approx.ftz.f32"] = vectorised([](float a) { return std::log2(flush_to_zero(a)); });
  table["rcp.approx.ftz.f32"] = vectorised([](float a) { return flush_to_zero(1 / flush_to_zero(a)); });
  table["rsqrt.approx.ftz.f32"] = vectorised([](float a) { return 1 / std::sqrt(flush_to_zero(a)); });
  table["sqrt.approx.ftz.f32"] = vectorised([](float a) { return std::sqrt(flush_to_zero(a)); });
  table["rcp.approx.ftz.f64"] = vectorised([](double a) { return 1 / a; });
}

// nvcc expands expf into fma.rm: it truncates the fraction of the argument by rounding down.
void add_directed_roundings(Operations& table) {
  const auto add = [&]<class R>(R, const std::string& name) {
    table[fmt::format("fma.{}.f32", name)] =
        vectorised([](float a, float b, float c) { return fused_multiply_add(a, b, c, R::value); });
    table[fmt::format("add.{}.f32", name)] =
        vectorised([](float a, float b) { return fused_multiply_add(a, 1, b, R::value); });
    table[fmt::format("sub.{}.f32", name)] =
        vectorised([](float a, float b) { return fused_multiply_add(a, 1, -b, R::value); });
    table[fmt::format("mul.{}.f32", name)] = vectorised(
        [](float a, float b) { return fused_multiply_add(a, b, std::copysign(0.0f, a * b), R::value); });
  };
  add(std::integral_constant<Rounding, Rounding::down>{}, "rm");
  add(std::integral_constant<Rounding, Rounding::up>{}, "rp");
  add(std::integral_constant<Rounding, Rounding::toward_zero>{}, "rz");
}

}  // namespace

void add_floating_operations(Operations& table) {
  add_width<float>(table, "f32");
  add_width<double>(table, "f64");
  add_approximations(table);
  add_directed_roundings(table);
}

}  // namespace triptych::ptx
