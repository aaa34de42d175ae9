#pragma once
#include <algorithm>
#include <cmath>

#include "engine/random.h"

// Vector arithmetic of the renderer: points and directions in metres, colours as linear light.
namespace triptych::synthetic {

inline constexpr float kPi = std::numbers::pi_v<float>;
inline constexpr float kDegree = kPi / 180;

struct Vec3 {
  float x = 0, y = 0, z = 0;
};
using Colour = Vec3;  // red, green, blue: linear light, 1 = white paper in full light

inline Vec3 operator+(Vec3 a, Vec3 b) {
  return {a.x + b.x, a.y + b.y, a.z + b.z};
}
inline Vec3 operator-(Vec3 a, Vec3 b) {
  return {a.x - b.x, a.y - b.y, a.z - b.z};
}
inline Vec3 operator*(Vec3 a, Vec3 b) {
  return {a.x * b.x, a.y * b.y, a.z * b.z};
}
inline Vec3 operator*(Vec3 a, float s) {
  return {a.x * s, a.y * s, a.z * s};
}
inline Vec3 operator*(float s, Vec3 a) {
  return a * s;
}
inline Vec3& operator+=(Vec3& a, Vec3 b) {
  return a = a + b;
}
inline float dot(Vec3 a, Vec3 b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}
inline Vec3 cross(Vec3 a, Vec3 b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline float length(Vec3 a) {
  return std::sqrt(dot(a, a));
}
inline Vec3 unit(Vec3 a) {
  return a * (1 / std::max(length(a), 1e-12f));
}
inline Vec3 rotate_y(Vec3 a, float angle) {  // rotates z towards x
  const float c = std::cos(angle), s = std::sin(angle);
  return {c * a.x + s * a.z, a.y, c * a.z - s * a.x};
}

// std::floor for values in the range of int; without SSE 4.1, which is not required, std::floor is a call.
inline int floor_int(float x) {
  const int down = static_cast<int>(x);
  return down - (x < static_cast<float>(down));
}

inline float mix(float a, float b, float t) {
  return a + (b - a) * t;
}
inline Vec3 mix(Vec3 a, Vec3 b, float t) {
  return a + (b - a) * t;
}
inline float clamp01(float x) {
  return std::clamp(x, 0.f, 1.f);
}
inline float smoothstep(float from, float to, float x) {
  const float t = clamp01((x - from) / (to - from));
  return t * t * (3 - 2 * t);
}

// Converts 0xRRGGBB (sRGB, approximated as a power of 2.2) to linear light.
inline Colour paint(unsigned rgb) {
  const auto channel = [&](unsigned shift) { return std::pow(float(rgb >> shift & 255) / 255, 2.2f); };
  return {channel(16), channel(8), channel(0)};
}

inline float uniform(Random& random, float low, float high) {
  return static_cast<float>(random.uniform(low, high));
}
inline float normal(Random& random, float deviation) {
  return static_cast<float>(random.normal()) * deviation;
}

}  // namespace triptych::synthetic
