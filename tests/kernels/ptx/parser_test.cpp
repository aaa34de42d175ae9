#include "kernels/ptx/parser.h"

#include <doctest/doctest.h>

#include "kernels/ptx/lexer.h"
#include "tests/kernels/ptx/toy.h"

namespace triptych::ptx {
namespace {

const char* const small = R"(
.version 9.0
.target sm_80
.address_size 64
.const .align 4 .b8 table[8] = {1, 0, 0, 0, 2};
.extern .shared .align 16 .b8 dynamic[];

.visible .entry _Z3addifPf(
	.param .u32 _Z3addifPf_param_0,
	.param .align 8 .b8 _Z3addifPf_param_1[24],
	.param .u64 .ptr .align 1 _Z3addifPf_param_2
)
.maxntid 256, 1, 1
{
	.reg .pred 	%p<2>;
	.reg .b32 	%r<3>;
	.reg .b64 	%SP;
	.shared .align 16 .b8 tile[512];
	.local .align 4 .b8 depot[40];
	.loc	1 12 3
	@!%p1 bra 	$L__BB0_2;
	.loc	2 440 9, function_name $L__info_string2, inlined_at 1 101 5
	ld.global.v2.u32 	{%r1, %r2}, [%rd1+-8];  // a comment
$L__BB0_2:
	setp.lt.and.s32 	%p1|%p0, %r1, -5, !%p1;
	ret;
}
	.file	1 "/home/me/kernels/add.cu"
	.file	2 "/usr/local/cuda/include/sm_30_intrinsics.hpp", 17, 5
	.section	.debug_str
	{
.b8 95,90,0
	}
)";

TEST_CASE("ptx: tokens: words keep their dots, numbers their signs, and lines are counted") {
  const std::vector<Token> tokens =
      tokenize("ld.v4.f32 {%f1}, [%rd2+-16]; /* two\nlines */ \"a b\" 0f3F800000");
  const char* const expected[] = {"ld.v4.f32", "{",   "%f1", "}", ",",   "[",          "%rd2",
                                  "+",         "-16", "]",   ";", "a b", "0f3F800000", ""};
  REQUIRE(tokens.size() == std::size(expected));
  for (std::size_t i = 0; i < tokens.size(); ++i) CHECK(tokens[i].text == expected[i]);
  CHECK(tokens[8].kind == Token::Kind::number);
  CHECK(tokens[11].kind == Token::Kind::string);
  CHECK(tokens[11].line == 2);
  CHECK(tokenize("a\n#")[1].line == 2);  // what it means is for the parser to say, in one kernel
}

TEST_CASE("ptx: a kernel: parameters at their alignment, registers, arrays, labels") {
  const Module module = parse(small, "small.ptx");
  REQUIRE(module.kernels.size() == 1);
  const Kernel& kernel = module.kernels[0];
  CHECK(kernel.name == "_Z3addifPf");
  REQUIRE(kernel.parameters.size() == 3);
  CHECK(kernel.parameters[1].offset == 8);
  CHECK(kernel.parameters[1].bytes == 24);
  CHECK(kernel.parameters[2].offset == 32);
  CHECK(kernel.parameter_bytes == 40);
  REQUIRE(kernel.registers.size() == 3);
  CHECK(kernel.registers[1].count == 3);
  CHECK(kernel.registers[2].prefix == "%SP");
  REQUIRE(kernel.variables.size() == 2);
  CHECK(kernel.variables[0].bytes == 512);
  CHECK(kernel.variables[1].space == Variable::Space::local);
  CHECK(kernel.labels.at("$L__BB0_2") == 2);
  REQUIRE(module.variables.size() == 2);
  CHECK(module.variables[0].initial.size() == 8);
  CHECK(module.variables[0].initial[4] == std::byte{2});
  CHECK(module.variables[1].bytes == 0);
}

TEST_CASE("ptx: statements: guards, vectors, offsets, pairs, negations") {
  const Module module = parse(small, "small.ptx");
  const std::vector<Statement>& code = module.kernels[0].statements;
  REQUIRE(code.size() == 4);
  CHECK(code[0].predicate == "%p1");
  CHECK(code[0].predicate_negated);
  CHECK(code[1].operands[0].names.size() == 2);
  CHECK(code[1].operands[1].offset == -8);
  CHECK(code[1].text == "ld.global.v2.u32 \t{%r1, %r2}, [%rd1+-8]");
  CHECK(code[2].operands[0].kind == Operand::Kind::pair);
  CHECK(code[2].operands[2].names[0] == "-5");
  CHECK(code[2].operands[3].negated);
}

TEST_CASE("ptx: source lines: what was inlined from the toolkit's headers counts where it was called") {
  const Module module = parse(small, "small.ptx");
  const std::vector<Statement>& code = module.kernels[0].statements;
  CHECK(code[0].source.text() == "add.cu:12");
  CHECK(code[1].source.text() == "add.cu:101");
  CHECK(parse(".entry k()\n{\nret;\n}", "k").kernels[0].statements[0].source.text() == "unknown line");
}

TEST_CASE("ptx: what is not PTX is refused with its line") {
  // Within a kernel it concerns that kernel alone: decoding it says so.
  const Module bad = parse(".entry k()\n{\nadd.s32 %r1, %r2 %r3;\nret;\n}", "bad.ptx");
  REQUIRE(bad.kernels[0].statements.size() == 2);
  CHECK(bad.kernels[0].statements[0].problem == "bad.ptx line 3: expected ;, found '%r3'");
  CHECK(bad.kernels[0].statements[1].problem.empty());
  CHECK_THROWS_WITH_AS(parse(".entry k()\n{\nret;\n", "cut.ptx"), "cut.ptx: k has no end", Fault);
  CHECK_THROWS_WITH_AS(parse("int main() {}", "c.ptx"),
                       "c.ptx line 1: expected a directive such as .entry or .global, found 'int'", Fault);
  CHECK_THROWS_WITH_AS(parse_file("no_such.ptx"),
                       "no_such.ptx cannot be opened; build it with 'make', which needs nvcc", Fault);
}

}  // namespace
}  // namespace triptych::ptx
