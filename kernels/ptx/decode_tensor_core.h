#pragma once
#include "kernels/ptx/names.h"
#include "kernels/ptx/opcode.h"

namespace triptych::ptx {

// Decodes cp.async, ldmatrix and mma.sync into `i`, a part of `code`. Returns false where the opcode is
// another one; throws Fault where its variant is not known.
bool decode_tensor_core(Instruction& i, const Opcode& opcode, const Statement& statement, Names& names,
                        Code& code);

}  // namespace triptych::ptx
