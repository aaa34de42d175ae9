#!/bin/bash
# ranks.sh PROGRAM [ROUNDS]: what a training step costs with 1 and 2 threads and with 1 and 2 ranks of one
# thread each, in turns on this machine. Each is trained for a few steps and for some more, and the difference
# is divided by their number, so that neither starting nor the plan of the first step counts. Prints medians
# of the processor time of all processes together, which other work on the machine changes little, of the
# wall-clock time where there was no other work, and what a rank receives in a step.
#   STEPS="2 8" of both trainings; DATA=synthetic:146 fills the default batch of 96 images
set -euo pipefail
program=$1 rounds=${2:-3} data=${DATA:-synthetic:146}
read -r few many <<<"${STEPS:-2 8}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
TIMEFORMAT='%R %U %S'

# seconds NAME STEPS THREADS LAUNCHER...: wall-clock and processor seconds of a training of so many steps.
seconds() {
  local name=$1 steps=$2 threads=$3
  shift 3
  rm -rf "$work/run"
  { time "$@" "$program" train --data "$data" --validation 25 --em-rounds 1 --epochs "$steps" \
    --threads "$threads" --out "$work/run" >"$work/$name.log" 2>&1; } 2>"$work/times" </dev/null
  awk '{ print $1, $2 + $3 }' "$work/times"
}
# one NAME THREADS LAUNCHER...: appends "wall processor" milliseconds of a step to a file of that name.
one() {
  local name=$1 first last
  first=$(seconds "$1" "$few" "${@:2}")
  last=$(seconds "$1" "$many" "${@:2}")
  echo "$first $last" | awk -v n=$((many - few)) '{ print 1e3 * ($3 - $1) / n, 1e3 * ($4 - $2) / n }' \
    >>"$work/$name"
}
load=$(cut -d' ' -f1 /proc/loadavg)
ranks=(mpirun --oversubscribe --allow-run-as-root --bind-to none -n)
for _ in $(seq "$rounds"); do
  one threads_1 1 env
  one threads_2 2 env
  one ranks_1 1 "${ranks[@]}" 1
  one ranks_2 1 "${ranks[@]}" 2
done
median() { cut -d' ' -f"$2" "$work/$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
busy=$(awk -v l="$load" 'BEGIN { print (l > 1) }')
echo "a step, medians of $rounds:"
for name in threads_1 threads_2 ranks_1 ranks_2; do
  line=$(printf '  %-10s %6.0f ms of processors' "$name" "$(median "$name" 2)")
  [ "$busy" = 1 ] || line+=$(printf ' %6.0f ms by the clock' "$(median "$name" 1)")
  echo "$line"
done
[ "$busy" = 0 ] || echo "other work kept this machine busy (load $load): the clock says nothing"
grep -h 'bytes that a rank receives' "$work/ranks_2.log"
