#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

// The program's own symbol table: the names of kernels and the addresses of their __shared__ arrays. It is
// read once, from the file of the program or shared library that holds this code; a stripped file has no
// names and no arrays.
namespace triptych::emulator {

struct SharedArray {
  std::string_view name;  // mangled
  std::size_t offset;  // in the thread-local memory of an OS thread; with a sanitizer: in the program's image
  std::size_t bytes;
};

// The mangled name of the function at an address, empty when unknown: _ZN8triptych4cuda10add_scaledElfPKfPf
std::string_view symbol_at(const void* function);
// "gemm_tile<64, 64>" for the mangled name of triptych::cuda::gemm_tile<64, 64>(...).
std::string readable_symbol(std::string_view mangled);

// The static shared arrays of one kernel, by its mangled name, and of all functions of the namespace
// triptych::cuda, in which only __shared__ arrays may therefore be `static thread_local`.
std::span<const SharedArray> shared_arrays_of(std::string_view kernel);
std::span<const SharedArray> all_shared_arrays();
void* address_on_this_thread(const SharedArray& array);

// The difference between that file's load address and the addresses in it.
std::size_t load_offset();
// Its name, for tools that read it from outside this process.
const std::string& image_file();

}  // namespace triptych::emulator
