#!/bin/bash
# run.sh PROGRAM [NUMBER...]: examines the CUDA exercises (or those with these numbers) with `PROGRAM cuda`, a
# line for each. One is green when its test finds the right numbers in every order of the threads, no mistake
# is reported, and its costs are within the limits that the test names (// at most:). Exits with 1 when one is
# red.
#   ANSWERS=DIR    take the answers from there, and not from this folder
#   TOOLS="--only emulator"   options of `triptych cuda`
set -uo pipefail
program=$(realpath "$1")
shift
answers=$(realpath "${ANSWERS:-$(dirname "$0")}")
cd "$(dirname "$0")" || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# examine TEST: a line, and when it is red why.
examine() {
  local name=${1%_test.cu} limits
  mkdir -p "$work/$name"
  cp "$1" "$answers/$name.cu" "$work/$name/" || return 1
  mapfile -t limits < <(sed -n 's|^// at most: ||p' "$1")
  # shellcheck disable=SC2086 # TOOLS are words
  if "$program" cuda "$work/$name/$1" --seconds 20 ${TOOLS:-} "${limits[@]/#/--at-most=}" \
    >"$work/said" 2>&1; then
    echo "$name: green"
    return 0
  fi
  echo "$name: red"
  grep -E '^[^ ]*\.cu:|should be|triptych:' "$work/said" | sed "s|$work/$name/||g;s/^/    /" \
    | cut -c1-220 | head -4
  return 1
}

red=0
for test in *_test.cu; do
  [ $# = 0 ] || [[ " $* " = *" ${test%%_*} "* ]] || continue
  examine "$test" || red=1
done
exit $red
