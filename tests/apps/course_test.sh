#!/bin/bash
# The course: every exercise is red as it is handed out, so that a green one means something (the same tests
# with the solutions are a program of their own, $out/double/exercises/solved); answers break nothing here;
# grades are what they should be; a student's tree has no solutions; and the counter-examples show what they
# say.
. "$(dirname "$0")/cases.sh"
build=$(dirname "$program") programs=$(dirname "$program")/double/exercises

mapfile -t handed_out < <(sed 's/.*  //' exercises/holes.sha256)
mapfile -t sources < <(ls exercises/[1-9]*_*/*.cpp | grep -v _test.cpp)
mapfile -t kernels < <(ls exercises/cuda/*.cu | grep -v _test.cu)
exercises=${#sources[@]} all=$((${#sources[@]} + ${#kernels[@]}))
is "holes.sha256 lists every exercise" [ "${handed_out[*]}" = "${sources[*]} ${kernels[*]}" ]
for source in "${sources[@]}"; do
  lesson=${source#exercises/} number=${source##*/}
  number=${lesson%%_*}.${number%%_*}
  if ! grep -F " $source" exercises/holes.sha256 | sha256sum --status -c; then
    skip "exercise $number: $source holds an answer (make exercise N=$number runs its test)"
    continue
  fi
  is "exercise $number has a program" [ -x "$programs/$number" ]
  is "exercise $number is red as long as it is not solved" bash -c "! '$programs/$number' >/dev/null 2>&1"
  is "exercise $number does not crash" grep -q 'test cases:.* [1-9][0-9]* failed' \
    <("$programs/$number" 2>/dev/null)
done

# A class of one: right, wrong, endless, ended before its test, one that does not compile, and the rest, which
# were not tried.
if [ ! -d exercises/solutions ]; then
  skip "grading: there are no solutions in this tree"
elif [[ $build =~ (address|undefined|thread|debug) ]]; then
  skip "grading: answers are compiled for a build without sanitizers"
else
  class=$work/class
  for source in "${sources[@]}" "${kernels[@]}"; do
    mkdir -p "$class/$(dirname "$source")"
    grep -F " $source" exercises/holes.sha256 | sha256sum --status -c && cp "$source" "$class/$source"
  done
  answer() { cat >"$class/exercises/$1"; }
  answer 6_evaluation/3_pairs.cpp <exercises/solutions/6_evaluation/3_pairs.cpp
  answer 6_evaluation/2_kissme.cpp <<<'#include "exercises/exercises.h"
    namespace triptych {
    Matrix2 kissme(std::span<const Vector2>, std::span<const Vector2>) { return {1, 0, 0, 2}; }
    }'
  answer 7_apps/2_equal_error.cpp <<<'#include "exercises/exercises.h"
    namespace triptych {
    Threshold equal_error_of(std::vector<double>, std::vector<double>) { for (volatile int i = 0;; ++i); }
    }'
  answer 6_evaluation/1_ranks.cpp <<<'#include <cstdlib>
    #include "exercises/exercises.h"
    namespace triptych {
    Found rank_one(std::span<const double>, const std::vector<int>&, int) { std::exit(0); }
    }'
  answer 5_reid/2_hard_mining.cpp <<<'this is no "C++"'
  rm "$class/exercises/5_reid/3_threshold.cpp"
  # Of the CUDA exercises one that is right, one that is right and too slow, and one with a race.
  answer cuda/1_map.cu <exercises/solutions/cuda/1_map.cu
  answer cuda/3_transpose.cu < <(sed 's/\[33\]/[32]/' exercises/solutions/cuda/3_transpose.cu)
  answer cuda/4_scan.cu < <(sed 's/^    __syncthreads();//' exercises/solutions/cuda/4_scan.cu)
  answer cuda/7_warp_tile.cu <exercises/solutions/cuda/7_warp_tile.cu
  grades=$work/grades.json
  is "answers are graded" env GRADE_SECONDS=3 exercises/grade.sh "$build" "$class" "$grades"
  verdict() { is "graded: $1 $2" grep -q "\"number\": \"$1\", .*\"verdict\": \"$2\"" "$grades"; }
  verdict 6.3 green
  verdict 6.2 red
  verdict 7.2 "too slow"
  verdict 6.1 crashed
  verdict 5.2 "does not compile"
  verdict 5.3 missing
  verdict cuda.1 green
  verdict cuda.3 red
  verdict cuda.4 red
  verdict cuda.5 "not attempted"
  counted=1
  if command -v nvcc >/dev/null || [ -x /usr/local/cuda/bin/nvcc ]; then
    verdict cuda.7 green
  else
    verdict cuda.7 "skipped: nvcc is missing" # its test limits instructions
    counted=0
  fi
  is "a slow kernel is told why" grep -q '"number": "cuda.3".*extra-wavefronts are [0-9]*' "$grades"
  is "a race is told with its line" grep -q '"number": "cuda.4".*4_scan.cu:[0-9]*: .*race' "$grades"
  [ ! -f "$class/exercises/1_kernels/1_sum.cpp" ] || verdict 1.1 "not attempted"
  is "the JSON has their number" grep -q "\"green\": $((2 + counted)), \"of\": $all" "$grades"
  is "the message says where" grep -q '"number": "6.2".*"message": ".*2_kissme_test.cpp:' "$grades"
  is "JUnit XML stands beside it" \
    grep -q "<testsuite name=.* tests=.$all. failures=.3. errors=.3. skipped=.$((all - 8 - counted)).>" \
    "$work/grades.xml"
  is "... with every exercise" [ "$(grep -c '<testcase ' "$work/grades.xml")" = $all ]
  is "a folder without exercises is named" grep -q 'there is no folder' \
    <(exercises/grade.sh "$build" "$work/nobody" "$grades" 2>&1)
fi

if ! git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
  skip "make course: this is no git checkout"
elif ! sha256sum --status -c exercises/holes.sha256; then
  skip "make course: there are answers in this tree"
else
  is "a student's tree is written" exercises/course.sh "$work/course"
  is "it has the exercises and their tests" \
    [ "$(ls "$work/course"/exercises/[1-9]*_*/*.cpp | wc -l)" = $((2 * exercises)) ]
  is "it has no solutions" [ ! -e "$work/course/exercises/solutions" ]
  is "nor wrong answers" [ ! -e "$work/course/tests/mutation/exercises.sh" ]
  is "nor what is for instructors" \
    bash -c "! grep -rqE 'INSTRUCTOR|exercises/solutions/' '$work/course' --include=*.md"
  is "make knows what to do in it" make -C "$work/course" -n CUDA=0 tests --no-print-directory -s OUT=x \
    >/dev/null
  is "a folder that is not empty is left alone" bash -c "! exercises/course.sh '$work/course' 2>/dev/null"
fi

# shows NAME REGEX...: what the counter-example prints, line after line.
shows() {
  local name=$1
  shift
  output=$("$programs/$name" 2>&1)
  for line; do
    is "counterexample $name: $line" grep -qE -- "$line" <<<"$output"
  done
}
shows accumulation '^backward adds: +c = 4, dc/da = 4$' '^backward overwrites: +c = 4, dc/da = 1$'
shows collapse '^ +1 +1\.[0-9]+ +2\.[0-9]+$' '^ +0 +0\.3000 +0\.0000$'
shows nan '^loss = -?nan$' "^anomaly: 8 of 8 numbers .* in the output of op #3 'l2_normalise'"
finish
