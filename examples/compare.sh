#!/bin/bash
# compare.sh FOLDER [NAME...]: each example beside its PyTorch twin, from the same weights and data: lines of
# code, seconds of training, the last loss, and the largest difference of the two loss curves, relative to the
# loss or 0.1, whichever is larger. Exits with 1 when one differs by more than its bound. FOLDER holds the
# compiled examples.
#   STEPS=50           of training, in place of each example's own
#   PYTHON=python3     a Python that has PyTorch; without it the twins are skipped
set -uo pipefail
folder=$1
shift
here=$(dirname "$0") python=${PYTHON:-python3}
names=${*:-two_moons digits autoencoder character_rnn gpt}
# Float32 sums in another order; training enlarges the differences, a recurrence and many layers most.
declare -A usual=([two_moons]=300 [digits]=300 [autoencoder]=400 [character_rnn]=300 [gpt]=400)
bound=${BOUND:-0.02}
twins=yes
if ! "$python" -c 'import torch' 2>/dev/null; then
  echo "SKIPPED: the twins, since $python has no torch (pip install torch; PYTHON=... for another Python)"
  twins=no
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0
lines() { grep -c '[^[:space:]]' "$1"; }
seconds() { sed -n 's/^trained in \(.*\) s$/\1/p' "$1"; }
curve() { sed -n 's/^step \([0-9]*\) loss \(.*\)$/\1 \2/p' "$1"; }

line() { printf '%-14s %11s %11s %11s %11s %10s %11s\n' "$@"; }
line example "C++ lines" "its twin" "C++ (s)" "PyTorch (s)" "last loss" difference
for name in $names; do
  steps=${STEPS:-${usual[$name]}}
  if ! "$folder/$name" "$steps" "$scratch/start.safetensors" >"$scratch/cpp"; then
    echo "$name failed"
    failed=1
    continue
  fi
  other=- difference=-
  if [ $twins = yes ]; then
    if ! PYTHONDONTWRITEBYTECODE=1 "$python" "$here/$name.py" "$steps" "$scratch/start.safetensors" \
      >"$scratch/twin"; then
      echo "$name.py failed"
      failed=1
      continue
    fi
    other=$(seconds "$scratch/twin")
    difference=$(paste <(curve "$scratch/cpp") <(curve "$scratch/twin") | awk '
      $1 != $3 { print "nan"; exit }
      { d = $2 - $4; d = d < 0 ? -d : d; m = $4 < 0.1 ? 0.1 : $4; if (d / m > worst) worst = d / m }
      END { printf "%.6f", NR ? worst : "nan" }')
    awk -v d="$difference" -v b="$bound" 'BEGIN { exit !(d + 0 <= b && d != "nan") }' || {
      echo "$name: the loss curves differ by $difference, more than $bound"
      failed=1
    }
  fi
  line "$name" "$(lines "$here/$name.cpp")" "$(lines "$here/$name.py")" "$(seconds "$scratch/cpp")" "$other" \
    "$(curve "$scratch/cpp" | tail -1 | cut -d' ' -f2)" "$difference"
done
exit $failed
