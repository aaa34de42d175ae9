#!/bin/bash
# The CUDA exercises: each is red as it is handed out and green with its solution; and right but slow is red.
. "$(dirname "$0")/cases.sh"
if nm -C "$program" 2>/dev/null | grep -q -m1 -E '__(asan|tsan|ubsan)_' \
  || ! g++ --version >/dev/null 2>&1; then
  skip "the CUDA exercises need g++, and a program without a sanitizer"
  finish
fi
export TOOLS="--only emulator --orders 2"
for test in exercises/cuda/*_test.cu; do
  name=$(basename "$test" _test.cu) number=${name%%_*}
  is "CUDA exercise $name is red as long as it is not solved" \
    bash -c "! exercises/cuda/run.sh '$program' $number >/dev/null 2>&1"
  [ -d exercises/solutions/cuda ] || continue
  is "CUDA exercise $name is green with its solution" \
    env ANSWERS=exercises/solutions/cuda exercises/cuda/run.sh "$program" "$number"
done
if [ -d exercises/solutions/cuda ]; then
  # wrong FILE WHAT EXPRESSION PATTERN: the solution, changed so, is red, and the report says why.
  wrong() {
    mkdir -p "$work/wrong" && sed -E "$3" "exercises/solutions/cuda/$1.cu" >"$work/wrong/$1.cu"
    ANSWERS=$work/wrong exercises/cuda/run.sh "$program" "${1%%_*}" >"$work/said" 2>&1
    is "CUDA exercise $1 is red: $2" grep -qE "$4" "$work/said"
  }
  wrong 3_transpose "a tile of 32 columns has conflicts" 's/\[33\]/[32]/' \
    'extra-wavefronts are [0-9]+, and at most 0'
  wrong 4_scan "one barrier too few is a race" 's/^    __syncthreads\(\);//' 'race'
  wrong 5_histogram "counts without an atomic are lost" 's/atomicAdd\(&own\[x\[i\]\], 1\)/own[x[i]] += 1/' \
    'lost update'
  # Fragments of tensor cores in another layout than the manual's.
  wrong 8_mma "a1 and a2 exchanged" 's/"r"\(a1\), "r"\(a2\)/"r"(a2), "r"(a1)/' 'should be'
  wrong 8_mma "b by columns" 's/b\[\(k \+ place\) \* 8 \+ group\]/b[(k + group) * 8 + place]/' 'should be'
  wrong 8_mma "rows and columns of c exchanged" \
    's|r / 2 \* 8\) \* 8 \+ 2 \* place \+ r % 2|r % 2 * 8) * 8 + 2 * place + r / 2|' \
    'should be'
  wrong 8_mma "half of the warp" 's/^    asm volatile/    if (lane < 16) asm volatile/' 'missing lanes'
fi
finish
