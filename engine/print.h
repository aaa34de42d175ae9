#pragma once
#include <iosfwd>
#include <string>

#include "engine/tensor.h"

namespace triptych {

// The values as NumPy prints an array: the fewest digits that identify the value (at most 8
// after the point), columns aligned, exponents where sizes differ by more than 1000, lines of 75 characters,
// and of more than 1000 elements only the first and last three along each axis. Waits for the device.
//
//   [[ 1.    0.5 ]
//    [-2.    0.25]]
std::string text(const Tensor& tensor);
std::ostream& operator<<(std::ostream& out, const Tensor& tensor);

}  // namespace triptych
