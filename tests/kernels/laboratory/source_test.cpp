#include "kernels/laboratory/source.h"

#include <doctest/doctest.h>

#include <algorithm>

using triptych::laboratory::Refusal;
using triptych::laboratory::rewrite_text;

namespace {

std::string rewritten(const std::string& text) {
  std::vector<Refusal> refusals;
  std::string result = rewrite_text(text, "a.cu", refusals);
  CHECK(refusals.empty());
  const std::string head = "#line 1 \"a.cu\"\n";
  REQUIRE(result.starts_with(head));
  result.erase(0, head.size());
  CHECK(std::ranges::count(result, '\n') == std::ranges::count(text, '\n'));  // lines stay lines
  return result;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::vector<Refusal> refused(const std::string& text) {
  std::vector<Refusal> refusals;
  rewrite_text(text, "a.cu", refusals);
  return refusals;
}

}  // namespace

TEST_CASE("a launch becomes a call, and the kernel gets a function that binds its arguments") {
  const std::string text = rewritten(
      "__global__ void scale(float* x, int n = 3) {}\n"
      "void f(float* x) { scale<<<dim3(1 << 2, 1), 32>>>(x); }\n");
  CHECK(has(text,
            "inline auto triptych_launch_scale(float* x, int n = 3) "
            "{ return triptych_bound(static_cast<void (*)(float* x, int n)>(&scale), x, n); }"));
  CHECK(has(text, "triptych_configure(dim3(1 << 2, 1), 32) << triptych_launch_scale(x);"));
}

TEST_CASE("a launch over several lines, with a comment in it, keeps the lines behind it") {
  const std::string text =
      rewritten("__global__ void k(int) {}\nvoid f() {\n  k<<<1,  // one block\n      32>>>(\n    7);\n}\n");
  CHECK(has(text, "triptych_configure(1, 32) << triptych_launch_k\n(\n    7);"));
}

TEST_CASE("templates: all arguments are passed on, packs too; a specialisation gets no second function") {
  const std::string text = rewritten(
      "template <class T, int N, class... More>\n__global__ void k(const T* x, More... more) {}\n"
      "template <>\n__global__ void k<float, 2>(const float* x) {}\n"
      "void f(float* x) { k<float, 4><<<1, 1>>>(x, 1, 2); }\n");
  CHECK(has(
      text,
      "template <class T, int N, class... More> inline auto triptych_launch_k(const T* x, More... more)"));
  CHECK(has(text, "(&k<T, N, More...>), x, more...); }"));
  CHECK(text.find("inline auto triptych_launch_k") == text.rfind("inline auto triptych_launch_k"));
  CHECK(has(text, "<< triptych_launch_k<float, 4>(x, 1, 2);"));
}

TEST_CASE("names of parameters: none, an array, a pointer to one, a type with a scope") {
  const std::string text =
      rewritten("__global__ void k(int*, float x[3], float (*y)[3], std::size_t, a::b c) {}\n");
  CHECK(has(text, ", x, y, "));
  CHECK(has(text, ", c); }"));
  CHECK(has(text, "std::size_t triptych_"));
}

TEST_CASE("kernels by pointer, and in a macro") {
  const std::string text = rewritten(
      "#define RUN(K, ...) \\\n  K<<<1, 32>>>(__VA_ARGS__)\n"
      "void f(void (*k[])(int)) { k[0]<<<1, 1>>>(2); (*k)<<<1, 1>>>(3); }\n");
  CHECK(has(text, "triptych_configure(1, 32) << triptych_pointer(K)(__VA_ARGS__)"));
  CHECK(has(text, "<< triptych_pointer(k[0])(2);"));
  CHECK(has(text, "<< triptych_pointer((*k))(3);"));
}

TEST_CASE("a kernel in a namespace") {
  CHECK(has(rewritten("namespace n {\n__global__ void k() {}\n}\nvoid f() { n::k<<<1, 1>>>(); }\n"),
            "<< n::triptych_launch_k();"));
}

TEST_CASE("extern __shared__ in a function, of arrays, with an alignment") {
  CHECK(
      has(rewritten(
              "__global__ void k() {\n  extern __shared__ __align__(16) float s[][32];\n  s[0][1] = 2;\n}\n"),
          "auto* const s = triptych_shared<float [32]>();"));
}

TEST_CASE("extern __shared__ outside of functions becomes a pointer in those of the device that name it") {
  const std::string text = rewritten(
      "extern __shared__ float s[];\n__global__ void k() { s[0] = 1; }\n__global__ void other() {}\n"
      "int main() { float s = 0; return s; }\n");
  CHECK(has(text, "void k() { [[maybe_unused]] auto* const s = "));
  CHECK(has(text, "void other() {}"));
  CHECK(has(text, "int main() { float s = 0;"));
  CHECK(!has(text, "extern"));
}

TEST_CASE("variables of the device are marked, functions are not") {
  const std::string text = rewritten(
      "__device__ int a = 1;\n__constant__ float b[4];\n__device__ float f(float x) { return x; }\n"
      "static __device__ __forceinline__ int g() { return a; }\n");
  CHECK(has(text, "TRIPTYCH_DEVICE_VARIABLE int a"));
  CHECK(has(text, "TRIPTYCH_DEVICE_VARIABLE float b[4]"));
  CHECK(has(text, "__device__ float f("));
  CHECK(has(text, "static __device__ __forceinline__ int g()"));
}

TEST_CASE("what stands in strings and comments stays") {
  const std::string text =
      "// k<<<1, 1>>>(2)\nconst char* a = \"k<<<1, 1>>>(2) __global__\";\nconst char* b = R\"(k<<<1, "
      "1>>>(2))\";\n";
  CHECK(rewritten(text) == text);
}

TEST_CASE("what is not known is refused with its line") {
  const auto textures = refused("int a;\nfloat f(cudaTextureObject_t t) { return tex2D<float>(t, 0, 0); }\n");
  REQUIRE(textures.size() == 1);  // once, not for each name
  CHECK(textures[0].place == "a.cu:2");
  CHECK(has(textures[0].sentence, "textures"));
  const auto child = refused("__global__ void c() {}\n__global__ void p() {\n c<<<1, 1>>>(); }\n");
  REQUIRE(child.size() == 1);
  CHECK(child[0].place == "a.cu:3");
  const auto header = refused("#include <thrust/sort.h>\n");
  REQUIRE(header.size() == 1);
  CHECK(has(header[0].sentence, "Thrust"));
}

TEST_CASE("inline PTX of tensor cores and copies becomes calls, with the operands that its text names") {
  const std::string text = rewritten(
      "__global__ void k(float* x, unsigned s) {\n"
      "  asm volatile(\"cp.async.cg.shared.global [%0], [%1], %2;\\n\" ::\"r\"(s), \"l\"(x + 1), "
      "\"n\"(16));\n"
      "  asm volatile(\"cp.async.commit_group;\" ::);\n"
      "  asm(\"cvt.rna.tf32.f32 %0, %1;\"\n      : \"=r\"(s) : \"f\"(x[0]));\n"
      "}\n");
  CHECK(has(
      text,
      "do { { triptych::emulator::copy_async(triptych::emulator::from_shared_address(triptych_word((s))), "
      "(const void*)(x + 1), (16), (int)(16)); } } while (0);"));
  CHECK(has(text, "do { { triptych::emulator::commit_copies(); } } while (0);"));
  CHECK(has(text, "triptych_put((s), triptych::emulator::to_tf32((x[0])));"));
  CHECK(
      has(rewritten(
              "__device__ void f(unsigned* r, unsigned s) {\n  asm(\"ldmatrix.sync.aligned.m8n8.x2.trans.\"\n"
              "      \"shared.b16 {%0, %1}, [%2];\" : \"=r\"(r[0]), \"=r\"(r[1]) : \"r\"(s));\n}\n"),
          "load_matrices(triptych_d, 2, true, triptych::emulator::from_shared_address(triptych_word((s)))); "
          "triptych_put((r[0]), triptych_d[0]); triptych_put((r[1]), triptych_d[1]);"));
  // In a macro, too, whose parameters are the operands.
  CHECK(has(rewritten("#define WAIT(n) asm volatile(\"cp.async.wait_group %0;\" ::\"n\"(n))\n"),
            "triptych::emulator::wait_for_groups((n));"));
}

TEST_CASE("inline PTX that is not known is refused with its line, for the emulator alone") {
  const std::vector<Refusal> refusals =
      refused("__global__ void k(int* x) {\n  asm(\"prmt.b32 %0, %0, 0, 1;\" : \"+r\"(x[0]));\n}\n");
  REQUIRE(refusals.size() == 1);
  CHECK(refusals[0].place == "a.cu:2");
  CHECK(has(refusals[0].sentence, "and not 'prmt.b32 %0, %0, 0, 1'"));
  CHECK(refusals[0].of_emulator_alone);
  for (const char* wrong :
       {"mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64 {%0}, {%0}, {%0}, {%0};",
        "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0}, {%0}, {%0}, {%0};",
        "cp.async.ca.shared.global [%0], [%1];", "ldmatrix.sync.aligned.m8n8.x3.shared.b16;"})
    CHECK(refused("__global__ void k(int* x) {\n  asm(\"" + std::string(wrong) + "\" : \"+r\"(x[0]));\n}\n")
              .size() == 1);
}
