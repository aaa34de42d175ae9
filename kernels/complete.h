#pragma once
#include "kernels/kernels.h"

// Tables of kernels are made from kernels/list.h. A backend that does not have all of them names the others
// in a list of its own:
//
//   constexpr const char* not_yet[] = {"", "softplus_forward"};
//   const Kernels table = {.name = "cuda",
//   #define KERNEL(result, name, parameters) .name = TRIPTYCH_ENTRY(name),
//   #include "kernels/list.h"
//   };
//
// Their entries are null, and `complete` puts something in their place that says so.
#define TRIPTYCH_ENTRY(name)                                \
  [] {                                                      \
    if constexpr (triptych::is_listed(not_yet, #name))      \
      return static_cast<decltype(Kernels::name)>(nullptr); \
    else                                                    \
      return &name;                                         \
  }()

namespace triptych {

// No std::string_view: sources for one instruction set use this, too.
template <std::size_t count>
constexpr bool is_listed(const char* const (&names)[count], const char* name) {
  for (const char* listed : names) {
    const char *a = listed, *b = name;
    while (*a && *a == *b) ++a, ++b;
    if (*a == *b) return true;
  }
  return false;
}

// The names of all kernels, as arrays that a template can be given.
namespace kernel_names {
#define KERNEL(result, name, parameters) inline constexpr char name[] = #name;
#include "kernels/list.h"
}  // namespace kernel_names

// Calls Report::missing(context, "softplus_forward"), which throws.
template <class Report, const char* name, class Result, class... Parameters>
Result missing_kernel(Context& context, Parameters...) {
  Report::missing(context, name);
}

// The table with no entry null: calling a kernel that the backend does not have calls Report::missing.
template <class Report>
Kernels complete(Kernels table) {
#define KERNEL(result, name, parameters) \
  if (!table.name) table.name = &missing_kernel<Report, kernel_names::name>;
#include "kernels/list.h"
  return table;
}

}  // namespace triptych
