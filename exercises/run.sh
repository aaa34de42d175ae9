#!/bin/bash
# run.sh PROGRAM: runs the test of one exercise and shows what it says. run.sh PROGRAM PROGRAM...: a line for
# each, and how many are green. An exercise that does not compile has no program, or one that is older than
# its source; make has said why.
set -uo pipefail
cd "$(dirname "$0")/.."

# 2.1 -> exercises/2_engine/1_tanh.cpp
source_of() {
  local lesson=${1%.*} number=${1#*.}
  ls exercises/"$lesson"_*/"$number"_*.cpp | grep -v _test.cpp
}
stale() { [ ! -x "$1" ] || [ "$(source_of "${1##*/}")" -nt "$1" ]; }

if [ $# -eq 1 ]; then
  name=${1##*/} source=$(source_of "${1##*/}")
  if "$1" --no-version --abort-after=3; then
    echo "$name is green. Compare with exercises/solutions/${source#exercises/}"
    exit 0
  fi
  echo "$name is red: the place to write is $source"
  exit 1
fi

green=0
for program; do
  name=${program##*/} verdict=red
  if stale "$program"; then
    verdict="does not compile"
  elif "$program" >/dev/null 2>&1; then
    verdict=green
    green=$((green + 1))
  fi
  printf '%s  %-44s %s\n' "$name" "$(source_of "$name")" "$verdict"
done
echo "$green of $# are green"
