#!/bin/bash
# Bad input gives one sentence that names the file or the option and says what to do, and a status that is not
# zero.
. "$(dirname "$0")/cases.sh"
. "$(dirname "$0")/tiny.sh"

# refused NAME REGEX ARGUMENTS...: the call must fail with status 1 and say why on stderr, in one line (a list
# of the layouts that are understood may follow).
refused() {
  local name=$1 pattern=$2
  shift 2
  call "$@"
  expect "$name: refused" status 1
  expect "$name: says why" message "$pattern"
  is "$name: in one line" [ "$(grep -c '^[^ ]' <<<"$message")" = 1 ]
}

train=(train "${tiny[@]}" --out "$work/run")

# Values
call "${train[@]}" --epochs many
expect "a word for a number is a wrong command line" status 2
call "${train[@]}" --patches triangles
expect "an unknown choice is a wrong command line" status 2
expect "and the choices are listed" message 'grid\|rows'
refused "a number out of range" '--kernel is 4' "${train[@]}" --kernel 4
refused "a learning rate out of range" '--rate is 1000000000' "${train[@]}" --rate 1e9
refused "an unknown device" "no device 'toaster'.*cpu" "${train[@]}" --device toaster
refused "a split that is none" '--split x' "${train[@]}" --split x
refused "a broken expression" "--only" bench --only '['

# Data
refused "a missing folder" 'nowhere' "${train[@]}" --data "$work/nowhere"
mkdir "$work/empty"
refused "an empty folder" 'empty' "${train[@]}" --data "$work/empty"
"$program" data synthetic:4 --out "$work/people" >/dev/null
mkdir -p "$work/one/cam_a" "$work/one/cam_b"
cp "$work/people/cam_a/img_0001.png" "$work/one/cam_a/"
cp "$work/people/cam_b/img_0002.png" "$work/one/cam_b/"
refused "nobody seen by both cameras" 'two cameras|both cameras' "${train[@]}" --data "$work/one"
cp -r "$work/people" "$work/cut"
head -c 3000 "$work/people/cam_b/img_0003.png" >"$work/cut/cam_b/img_0003.png"
refused "a truncated image" 'cam_b/img_0003\.png' "${train[@]}" --data "$work/cut"
echo '[[1, 2]]' >"$work/splits.json"
refused "splits of another data set" 'splits\.json' "${train[@]}" --data "$work/people" \
  --splits "$work/splits.json"
refused "splits that are not there" 'nosplits' "${train[@]}" --data "$work/people" \
  --splits "$work/nosplits.json"

# Files
echo 'epochz = 3' >"$work/wrong.toml"
refused "an unknown name in a config file" "wrong\.toml.*epochz" "${train[@]}" --config "$work/wrong.toml"
refused "a config file that is not there" 'nothing\.toml' "${train[@]}" --config "$work/nothing.toml"
refused "resuming nothing" 'no run to resume' train --resume --out "$work/run"
refused "resuming without a folder" '--out' train --resume
refused "a model that is not there" 'nomodel' evaluate --model "$work/nomodel" --data synthetic:4
echo 'no tensors here' >"$work/junk.safetensors"
refused "a model that is none" 'junk\.safetensors' evaluate --model "$work/junk.safetensors" \
  --data synthetic:4
mkdir "$work/taken" && echo 'epochs=1' >"$work/taken/config.toml"
refused "a folder with a run" 'already holds a run.*--resume' train "${tiny_run[@]}" --out "$work/taken"
is "the run is left alone" [ "$(cat "$work/taken/config.toml")" = 'epochs=1' ]
is "a run that was refused leaves nothing behind" [ ! -e "$work/run" ]

# Training that diverges, and a full disk
wild=("${tiny_run[@]}" --softmax-weight 1e9 --rate 100 --clip 1e9 --optimizer sgd --no-batch-norm --warmup 0)
refused "a training that diverges" '--rate' train "${wild[@]}" --out "$work/wild"
refused "a training that diverges, looked at closely" "NaN|infinit|not finite" train "${wild[@]}" \
  --anomalies --out "$work/wilder"
if mkdir "$work/small" && mount -t tmpfs -o size=64k tmpfs "$work/small" 2>/dev/null; then
  refused "a full disk" 'small/.*disk full|disk full|No space' train "${tiny_run[@]}" --out "$work/small/run"
  umount "$work/small"
else
  skip "a full disk: mounting a small one is not allowed here"
fi
finish
