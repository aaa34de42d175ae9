#!/bin/bash
# run_exercises.sh DIR [REGEX]: every wrong answer of exercises.sh (or those whose "NUMBER name" matches) must
# turn its exercise's test red. DIR is a finished build: only the answer is compiled, without optimisation and
# with its headers precompiled, and linked with the test. Fails when a wrong answer is green, does not
# compile, or no longer matches the solution, and when an exercise has fewer than five.
set -uo pipefail
cd "$(dirname "$0")/../.."

out=$1 only=${2:-.}
double=$out/double
work=$out/wrong_answers
if [ ! -f "$double/engine.a" ]; then
  echo "wrong answers: build the tests into $out first: make tests" >&2
  exit 1
fi
rm -rf "$work"
mkdir -p "$work/logs"
trap 'rm -rf "$work"' EXIT

flags=(-std=c++20 -O0 -w -fopenmp -I. -DTRIPTYCH_DOUBLE)
printf '#include "%s"\n' exercises/exercises.h engine/ops.h engine/random.h engine/tape.h >"$work/headers.h"
printf '#include <%s>\n' algorithm cmath map numeric set vector >>"$work/headers.h"
g++ "${flags[@]}" -x c++-header -o "$work/headers.h.gch" "$work/headers.h" || exit 1

# judge NUMBER WHAT EXPRESSION ID: writes a line to logs/ID, and beside it a file when the answer is not red.
judge() {
  local number=$1 what=$2 id=$4 solution test answer="$work/$4.cpp" verdict=red
  solution=$(echo exercises/solutions/"${number%.*}"_*/"${number#*.}"_*.cpp)
  test=$double/obj/${solution/solutions\//}
  test=${test%.cpp}_test.o
  if ! sed -E "$3" "$solution" >"$answer" 2>"$work/$id.log"; then
    verdict="sed does not understand: $3"
  elif cmp -s "$answer" "$solution"; then
    verdict="matches nothing in $solution any more: rewrite or drop it"
  elif ! g++ "${flags[@]}" -include "$work/headers.h" -c -o "$work/$id.o" "$answer" 2>"$work/$id.log" ||
    ! g++ -fopenmp -o "$work/$id" "$work/$id.o" "$test" "$out/obj/tests/main.o" "$double/engine.a" \
      "$double/kernels.a" \
      -lfmt -ldl -lpthread 2>>"$work/$id.log"; then
    verdict="does not compile: $(grep -m1 -E 'error|undefined' "$work/$id.log")"
  elif timeout 60 "$work/$id" --abort-after=1 >/dev/null 2>&1; then
    verdict=GREEN
  fi
  printf '  %s  %-58s %s\n' "$number" "$what" "$verdict" >"$work/logs/$id"
  [ "$verdict" = red ] || touch "$work/logs/$id.failed"
  rm -f "$work/$id" "$work/$id".*
}

declare -A answers=()
count=0
wrong() {
  [[ "$1 $2" =~ $only ]] || return 0
  count=$((count + 1))
  answers[$1]=$((${answers[$1]:-0} + 1))
  while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
  judge "$1" "$2" "$3" "$(printf '%03d' "$count")" &
}
. tests/mutation/exercises.sh
wait
cat $(ls "$work"/logs/* | grep -v failed)
not_red=$(ls "$work"/logs | grep -c failed)
few=""
if [ "$only" = . ]; then
  for test in exercises/[1-9]*_*/*_test.cpp; do
    lesson=${test#exercises/} name=${test##*/}
    number=${lesson%%_*}.${name%%_*}
    [ "${answers[$number]:-0}" -ge 5 ] || few="$few $number"
  done
fi
[ -z "$few" ] || echo "wrong answers: fewer than five for$few"
echo "wrong answers: $((count - not_red)) red, $not_red not"
[ "$not_red" -eq 0 ] && [ "$count" -gt 0 ] && [ -z "$few" ]
