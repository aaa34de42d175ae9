#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The symbol tables of the images that hold kernels: the names of kernels and the addresses of their
// __shared__ arrays. One image is the program or shared library that holds this code; a second one may be a
// library that was loaded with a learner's kernels (add_image). A table is read once, from the image's file;
// a stripped file has no names and no arrays.
namespace triptych::emulator {

struct SharedArray {
  std::string_view name;  // mangled
  std::size_t offset;  // in the thread-local memory of an OS thread; with a sanitizer: in the program's image
  std::size_t bytes;
  std::size_t module = 0;  // of a library that was loaded, by which its thread-local memory is found
};

// A variable of device memory that the program declares: __device__ float d.
struct DeviceVariable {
  std::string_view name;  // mangled
  char* start;
  std::size_t bytes;
};

// The library that holds this address, loaded with dlopen, has kernels, too, in any namespace. From then on
// only its shared arrays are known: its kernels are those that run. Its __device__ variables.
std::vector<DeviceVariable> add_image(const void* address);
std::vector<DeviceVariable> added_variables();
// Whether an address of code belongs to such a library.
bool is_in_added_image(const void* address);

// The mangled name of the function at an address, empty when unknown: _ZN8triptych4cuda10add_scaledElfPKfPf
std::string_view symbol_at(const void* function);
// The mangled names of all functions of the namespace triptych.
std::vector<std::string_view> all_functions();
// "gemm_tile<64, 64>" for the mangled name of triptych::cuda::gemm_tile<64, 64>(...).
std::string readable_symbol(std::string_view mangled);

// The static shared arrays of one kernel, by its mangled name, and of all functions of the namespace
// triptych::cuda, in which only __shared__ arrays may therefore be `static thread_local`.
std::span<const SharedArray> shared_arrays_of(std::string_view kernel);
std::span<const SharedArray> all_shared_arrays();
void* address_on_this_thread(const SharedArray& array);

// Of the image that holds the address, or else of the one that holds this code: the difference between its
// load address and the addresses in its file, and the file's name, for tools that read it from outside.
std::size_t load_offset(const void* address);
const std::string& image_file(const void* address);

}  // namespace triptych::emulator
