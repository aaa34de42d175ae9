#include "kernels/ptx/decode_tensor_core.h"

#include <span>

#include "kernels/ptx/number.h"
#include "kernels/ptx/operations.h"

namespace triptych::ptx {
namespace {

// cp.async.cg.shared.global [%r1], [%rd1], 16, %r2;    cp.async.commit_group;    cp.async.wait_group 1;
void decode_copy(Instruction& i, const Opcode& opcode, const Statement& statement, Names& names, Code& code) {
  if (opcode.text == "cp.async.commit_group") {
    i.execute = commit_copies;
  } else if (opcode.text == "cp.async.wait_group" || opcode.text == "cp.async.wait_all") {
    i.detail = opcode.has("wait_all") ? -1 : static_cast<int>(parse_number(operand(statement, 0).names[0]));
    i.execute = wait_for_copies;
  } else if (opcode.parts.size() > 2 && (opcode.parts[2] == "ca" || opcode.parts[2] == "cg")) {
    const auto bytes = parse_number(operand(statement, 2).names[0]);
    if (bytes != 4 && bytes != 8 && bytes != 16) fault("it copies 4, 8 or 16 bytes");
    if (opcode.parts[2] == "cg" && bytes != 16) fault("cp.async.cg copies 16 bytes; smaller ones are .ca");
    Access source;
    i.access.space = Space::shared;
    i.access.bytes = source.bytes = static_cast<std::uint8_t>(bytes);
    names.resolve_address(operand(statement, 0), i.access);
    names.resolve_address(operand(statement, 1), source);
    if (statement.operands.size() > 3) i.sources[0] = names.row_of(operand(statement, 3), File::words);
    i.detail = static_cast<int>(code.copy_sources.size());
    code.copy_sources.push_back(source);
    i.execute = begin_copy;
  } else {
    fault("of the asynchronous copies cp.async.ca, cp.async.cg, and their groups are known");
  }
}

void take_rows(const Statement& statement, std::size_t n, Names& names, std::span<Row> rows) {
  const Operand& list = operand(statement, n);
  if (list.names.size() != rows.size())
    fault("operand {} has {} registers in place of {}", n + 1, list.names.size(), rows.size());
  for (std::size_t r = 0; r < rows.size(); ++r) rows[r] = names.row_of(list.names[r], File::words);
}

// ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%r1, %r2, %r3, %r4}, [%r5];
void decode_matrix_load(Instruction& i, const Opcode& opcode, const Statement& statement, Names& names) {
  const int count = opcode.choose<int>({{"x1", 1}, {"x2", 2}, {"x4", 4}});
  if (!opcode.has("m8n8") || !opcode.has("b16")) fault("of ldmatrix .m8n8 and .b16 are known");
  i.access.space = space_of(opcode);
  i.access.bytes = i.access.count = 4;  // a row has 16 bytes
  names.resolve_address(operand(statement, 1), i.access);
  take_rows(statement, 0, names, std::span(i.access.values, static_cast<std::size_t>(count)));
  i.detail = opcode.has("trans") ? -count : count;
  i.execute = load_matrices;
}

// mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {d, d, d, d}, {a, a, a, a}, {b, b}, {c, c, c, c};
void decode_matrix_product(Instruction& i, const Opcode& opcode, const Statement& statement, Names& names,
                           Code& code) {
  using enum emulator::MatrixType;
  constexpr std::pair<std::string_view, emulator::MatrixType> kinds[] = {
      {"mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32", tf32},
      {"mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32", bf16},
      {"mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32", f16}};
  const auto kind = std::ranges::find(kinds, opcode.text, [](const auto& k) { return k.first; });
  if (kind == std::end(kinds))
    fault("of the matrix products mma.sync m16n8k8 with tf32 and m16n8k16 with bf16 or f16 are known");
  MatrixProduct product{kind->second, {}, {}, {}, {}};
  take_rows(statement, 0, names, product.d);
  take_rows(statement, 1, names, product.a);
  take_rows(statement, 2, names, product.b);
  take_rows(statement, 3, names, product.c);
  i.detail = static_cast<int>(code.matrix_products.size());
  code.matrix_products.push_back(product);
  i.execute = multiply_matrices;
}

}  // namespace

bool decode_tensor_core(Instruction& i, const Opcode& opcode, const Statement& statement, Names& names,
                        Code& code) {
  const std::string_view head = opcode.head();
  if (head == "cp" && opcode.has("async")) {
    decode_copy(i, opcode, statement, names, code);
    return true;
  }
  if (head == "ldmatrix")
    decode_matrix_load(i, opcode, statement, names);
  else if (head == "mma")
    decode_matrix_product(i, opcode, statement, names, code);
  else
    return false;
  i.sources[0] = names.constant(all_lanes, File::words);  // the member mask
  i.flow = Flow::collective;
  return true;
}

}  // namespace triptych::ptx
