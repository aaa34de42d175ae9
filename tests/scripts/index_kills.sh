#!/bin/bash
# index_kills.sh PROGRAM KILLS: kills `index add` with SIGKILL so many times, at random moments, each time
# going on with the same command, and compares with an index that was left alone: nothing is lost, nothing is
# there twice, the rows of a search fit. Prints one line; fails when something is wrong.
#   CHAOS_SEED=1 of the moments; IMAGES=600, a multiple of 40, of synthetic people
set -uo pipefail
cd "$(dirname "$0")/../.."
program=$(realpath "$1") kills=${2:-100} images=${IMAGES:-600}
[ $((images % 40)) = 0 ] || { echo "IMAGES=$images is no multiple of 40"; exit 1; }
RANDOM=${CHAOS_SEED:-1}
. tests/apps/tiny.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$program" train "${tiny_run[@]}" --epochs 1 --out "$work/run" >/dev/null 2>&1 || { echo "no model"; exit 1; }
model=$work/run/model.safetensors
# Forty images, and copies that are other files, since something stands behind the end of the PNG.
"$program" data synthetic:20 --out "$work/drawn" >/dev/null
mkdir "$work/people"
for copy in $(seq $((images / 40))); do
  cp -r "$work/drawn" "$work/people/$copy"
  for file in "$work/people/$copy"/cam_?/*; do echo "$copy" >>"$file"; done
done
# Ranks and distances of a few queries: they depend on every row and on its place.
answers() {
  "$program" rank --gallery "$1" --query "$work/queries" --top 20 --threads 1 --csv /dev/stdout |
    grep '\.png,' | sort
}
mkdir "$work/queries" && cp "$work"/drawn/cam_a/img_000[1-5].png "$work/queries"
start=$(date +%s%N)
"$program" index --model "$model" --out "$work/whole.index" --threads 1 "$work/people" >/dev/null 2>&1
whole_ms=$((($(date +%s%N) - start) / 1000000 + 1))
answers "$work/whole.index" >"$work/whole.csv"

done=0 rounds=0 bad="" broken_off=0
while [ "$done" -lt "$kills" ] && [ "$rounds" -lt $((20 * kills)) ] && [ -z "$bad" ]; do
  rounds=$((rounds + 1))
  index=$work/killed.index
  rm -f "$index"*
  for _ in 1 2 3 4; do # kills of one index, then it is left to end
    "$program" index --model "$model" --out "$index" --threads 1 "$work/people" >/dev/null 2>&1 &
    pid=$! moment=$(((RANDOM * 32768 + RANDOM) % (whole_ms * 5 / 4)))
    sleep "$(printf '%d.%03d' $((moment / 1000)) $((moment % 1000)))"
    kill -KILL "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    # A process that had ended, and one that had not begun: other work on the machine has changed its speed.
    if [ $? -eq 137 ]; then
      done=$((done + 1))
      [ -s "$index" ] || whole_ms=$((whole_ms * 5 / 4 + 1))
    else
      whole_ms=$((whole_ms * 3 / 4 + 1))
    fi
    [ "$done" -ge "$kills" ] && break
  done
  held=$("$program" index show "$index" 2>/dev/null | sed -n 's/^images *\([0-9]*\),.*/\1/p')
  [ "${held:-0}" -gt 0 ] && [ "${held:-0}" -lt "$images" ] && broken_off=$((broken_off + 1))
  said=$("$program" index --model "$model" --out "$index" --threads 1 "$work/people" 2>&1) ||
    bad="$bad; $(tail -n 1 <<<"$said")"
  grep -q "killed.index: $images images" <<<"$said" || bad="$bad; $(tail -n 1 <<<"$said")"
  # What was there before is not embedded again.
  grep -q "$((images - ${held:-0})) new, 0 changed, ${held:-0} as before" <<<"$said" || bad="$bad; $said"
  cmp -s "$work/whole.csv" <(answers "$index") || bad="$bad; other answers"
  ls "$work"/killed.index*.tmp >/dev/null 2>&1 && bad="$bad; temporary files are left"
done
[ "$done" -ge "$kills" ] || bad="$bad; only $done processes were killed in time"
echo "$done kills in $rounds indexes, $broken_off of them with a part of the images:" \
  "${bad:-nothing is lost or twice}"
[ -z "$bad" ]
