#!/bin/bash
# market.sh PROGRAM [IMAGES]: trains an epoch, evaluates and reports on a set of Market-1501's layout and
# size (30,000 images of 128 x 64 by default), with the peak memory of each command. Minutes, not seconds:
# no target of make runs it.
#   MOST=MIB    the peak that train and evaluate may reach (default: 1229, which is 1.2 GiB)
#   KEEP=DIR    make the set in DIR and leave it there
set -uo pipefail
program=$1
wanted=${2:-30000}
most=${MOST:-1229}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
set_folder=${KEEP:-$work/market}
people=$((wanted / 20))  # half of them train; each is seen by two cameras, ten frames each
frames=10

# Frames of one person by one camera are links to the same rendered image: what is measured is the size.
make_set() {
  "$program" data "synthetic:$people" --out "$work/people" >"$work/made" || return 1
  mkdir -p "$set_folder"/{bounding_box_train,query,bounding_box_test}
  local number=0 file camera part frame name
  for ((number = 1; number <= people; ++number)); do
    for camera in 1 2; do
      letter=$([ $camera = 1 ] && echo a || echo b)
      file=$(printf '%s/cam_%s/img_%04d.png' "$work/people" "$letter" "$number")
      for ((frame = 1; frame <= frames; ++frame)); do
        part=bounding_box_train
        if ((number > people / 2)); then part=$([ $frame = 1 ] && echo query || echo bounding_box_test); fi
        printf -v name '%04d_c%ds1_%06d_01.png' "$number" "$camera" "$frame"
        echo "$file" "$set_folder/$part/$name"
      done
    done
  done | xargs -n 2 -P 2 ln
}

# measure NAME COMMAND...: runs it, prints its seconds and its peak memory in MiB, and fails with it.
measure() {
  local name=$1 start=$SECONDS peak=0 now process status
  shift
  "$@" >"$work/$name.out" 2>"$work/$name.err" </dev/null &
  process=$!
  while kill -0 "$process" 2>/dev/null; do
    now=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$process/status" 2>/dev/null)
    peak=$((${now:-0} > peak ? ${now:-0} : peak))
    sleep 0.1
  done
  wait "$process"
  status=$?
  printf '%-9s %5d s  peak %5d MiB\n' "$name" $((SECONDS - start)) $((peak / 1024))
  if [ "$status" != 0 ]; then
    cat "$work/$name.out" "$work/$name.err"
    echo "FAILED $name: status $status"
    exit 1
  fi
  if [ "$name" != report ] && ((peak / 1024 > most)); then
    echo "FAILED $name: more than $most MiB"
    exit 1
  fi
}

[ -d "$set_folder/query" ] || make_set || { echo "FAILED the set could not be made"; exit 1; }
images=$(find "$set_folder" -name '*.png' | wc -l)
echo "$images images in $set_folder"
size=(--image-height 128 --image-width 64 --crop-height 120 --crop-width 56)
measure train "$program" train --data "$set_folder" "${size[@]}" --epochs 1 --em-rounds 1 --out "$work/run"
measure evaluate "$program" evaluate --model "$work/run/model.safetensors" --data "$set_folder" \
  --json "$work/results.json"
measure report "$program" report "$work/run"
if grep -o 'This part cannot be shown[^"]*' "$work/run/report.html"; then
  echo "FAILED the report lacks a part"
  exit 1
fi
sed -n '/queries;/,$p' "$work/evaluate.out"
echo "ok a set of $images images is trained on, tested and shown within $most MiB"
