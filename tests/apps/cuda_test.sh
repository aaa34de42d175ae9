#!/bin/bash
# `triptych cuda` on the files of tests/cases/cuda, each of which says what is to be expected in lines that
# begin with // expect: `right` (status 0), `wrong` or `refused` (status 1), and any further text is a pattern
# of a line of the output. Those of api/ use one function of CUDA each and are right. With nvcc its PTX is
# examined as well.
. "$(dirname "$0")/cases.sh"
cases=$PWD/tests/cases/cuda

if nm -C "$program" 2>/dev/null | grep -q -m1 -E '__(asan|tsan|ubsan)_'; then
  skip "triptych cuda: a program with a sanitizer has no instrumentation of its own"
  finish
fi
if ! ${CXX:-g++} --version >/dev/null 2>&1 || ${CXX:-g++} --version | grep -q clang; then
  skip "triptych cuda: there is no g++ here"
  finish
fi

# The learner's file of the issue: three mistakes, each with its lines.
call cuda "$cases/learner.cu" --only emulator --json "$work/found.json"
expect "learner.cu has mistakes" status 1
expect "the sentence counts them" message 'learner.cu has 2 mistakes'
expect "the race of the reduction, with both lines" \
  output 'learner.cu:20: reduce: race, with the same line in another'
expect "the lost updates of the histogram" output 'learner.cu:38: histogram: lost update, with the same line'
expect "the bank conflicts of the transposition" \
  output 'learner.cu:32: bank conflicts: .* takes 32 wavefronts'
is "nothing else is accused" [ "$(grep -cE '^learner.cu:[0-9]+: ' <<<"$output")" = 3 ]
# A race may give the right sum by chance.
expect "the program's own output is shown" output '^sum of a block [0-9]+ \(256 is right\)'
expect "the findings as JSON" file "$work/found.json"
is "with the kinds" grep -q '"kind": "lost update"' "$work/found.json"
is "and costs by line" grep -q '"wavefronts"' "$work/found.json"

# Bad input is told.
call cuda nowhere.cu
expect "a missing file" message 'nowhere.cu is no file'
printf 'int main() { return nobody(); }\n' >"$work/bad.cu"
call cuda "$work/bad.cu" --only emulator
expect "what does not compile is told with its line" \
  message 'bad.cu:1: .* does not accept this line: .*nobody'
CXX=no-such-compiler call cuda "$work/bad.cu"
expect "without a compiler" message "there is no C\\+\\+ compiler 'no-such-compiler'.*install g\\+\\+"
printf '__global__ void k() {}\n' >"$work/empty.cu"
call cuda "$work/empty.cu" --only emulator
expect "without main" output 'there is no function main'

# Inline PTX that the emulator does not know: refused with its line, and left to nvcc's PTX where nvcc is.
cat >"$work/assembly.cu" <<'END'
__global__ void bits(unsigned* y) {
  unsigned field;
  asm("bfe.u32 %0, %1, 4, 8;"
      : "=r"(field) : "r"(y[threadIdx.x]));
  y[threadIdx.x] = field;
}
int main() {
  unsigned* y;
  cudaMalloc(&y, 128);
  cudaMemset(y, 0x5a, 128);
  bits<<<1, 32>>>(y);
  unsigned field = 0;
  cudaMemcpy(&field, y, 4, cudaMemcpyDeviceToHost);
  return field != 0xa5;
}
END
call cuda "$work/assembly.cu" --only emulator
expect "inline PTX that the emulator does not know" status 1
expect "is refused with its line" message \
  "assembly.cu:3: of inline PTX the emulator knows .* and not 'bfe.u32 %0, %1, 4, 8'"
if command -v nvcc >/dev/null || [ -x /usr/local/cuda/bin/nvcc ]; then
  call cuda "$work/assembly.cu"
  expect "and runs as nvcc's PTX" status 0
  expect "with a remark" output "assembly.cu:3: of inline PTX .*so the emulator did not run it"
fi

# examine FILE: runs it with its arguments and compares with its expectations; prints what is wrong.
examine() {
  local file=$1 wanted options out status word
  options=$(sed -n 's|^// arguments: ||p' "$file")
  # shellcheck disable=SC2086 # the options are words
  out=$("$program" cuda "$file" --orders "${orders:-2}" $tools $options 2>&1 </dev/null)
  status=$?
  wanted=0
  grep -qE '^// expect: (wrong|refused)$' "$file" && wanted=1
  if [ "$status" != "$wanted" ]; then
    printf '%s: status %s, expected %s\n%s\n' "$file" "$status" "$wanted" "$out"
    return
  fi
  while read -r word; do
    grep -qE -- "$word" <<<"$out" || printf '%s: no line "%s" in\n%s\n' "$file" "$word" "$out"
  done < <(sed -n 's|^// expect: ||p' "$file" | grep -vxE 'right|wrong|refused')
}
export -f examine
export program

# All of them, as many at once as there are processors.
examine_all() {
  local failed
  failed=$(printf '%s\n' "$cases"/*.cu "$cases"/api/*.cu | grep -v learner.cu \
    | xargs -P "$(nproc)" -I{} bash -c 'examine {}')
  if [ -z "$failed" ]; then echo "ok $1"; else
    failures=$((failures + 1))
    echo "FAILED $1:"
    echo "$failed"
  fi
}
export tools="--only emulator"
examine_all "the files of tests/cases/cuda on the emulator"
if command -v nvcc >/dev/null || [ -x /usr/local/cuda/bin/nvcc ]; then
  export tools="--only ptx"
  examine_all "the files of tests/cases/cuda as nvcc's PTX"
else
  skip "nvcc is not here: the files of tests/cases/cuda as its PTX"
fi
finish
