#!/bin/bash
# Training by several ranks, started by mpirun on this machine, makes the files that one process makes.
. "$(dirname "$0")/cases.sh"
. "$(dirname "$0")/tiny.sh"
. "$(dirname "$0")/mpirun.sh"

without_seconds() { sed 's/"seconds":[^,}]*//' "$1"; }
same_run() { # NAME FOLDER
  local file
  is "$1: the same weights" cmp "$work/one/model.safetensors" "$2/model.safetensors"
  is "$1: the same checkpoint" cmp "$work/one/checkpoint.safetensors" "$2/checkpoint.safetensors"
  is "$1: the same log" cmp <(without_seconds "$work/one/log.jsonl") <(without_seconds "$2/log.jsonl")
  for file in epochs.jsonl events.jsonl job.json; do
    is "$1: the same $file" cmp "$work/one/$file" "$2/$file"
  done
}

call train "${tiny_run[@]}" --out "$work/one"
expect "one process" status 0
tested() { sed -n '/queries ->/,$p' <<<"$output" | grep 'trained network'; }
alone=$(tested)
for ranks in 1 2 4; do
  call_ranks $ranks train "${tiny_run[@]}" --out "$work/ranks_$ranks"
  expect "$ranks ranks train" status 0
  expect "$ranks ranks: their number is printed" output "^ranks: $ranks, by Open MPI"
  is "$ranks ranks: the first one alone prints" [ "$(grep -c '^device: ' <<<"$output")" = 1 ]
  same_run "$ranks ranks" "$work/ranks_$ranks"
done
expect "the bytes of a step are printed" output 'bytes that a rank receives in a step: [1-9]'
is "what the ranks tested is the same" [ "$(tested)" = "$alone" ]

# A rank that is killed ends the run, which goes on with another number of ranks.
long=("${tiny_run[@]}" --epochs 40 --save-every 4)
call train "${long[@]}" --out "$work/long"
steps_done() { [ "$(wc -l <"$work/killed/log.jsonl")" -ge 12 ]; }
kill_rank steps_done train "${long[@]}" --out "$work/killed"
expect "a sentence says so" message 'one of its ranks has died.*--resume goes on'
is "the results are not there" [ ! -e "$work/killed/results.json" ]
call_ranks 3 train "${long[@]}" --out "$work/killed" --resume
expect "another number of ranks goes on" status 0
expect "from the checkpoint" output 'resumes after step [1-9]'
is "resumed by 3: the same weights" cmp "$work/long/model.safetensors" "$work/killed/model.safetensors"

# What a step sends, without sending it.
call machines "${tiny[@]}" --data synthetic:24 --validation 3 --most 4
expect "machines counts the bytes of a step" output 'feature maps +[1-9]'
expect "and says what four machines would take" output '^ +4 +[1-9].*ms, [0-9.]+x'

# What cannot be shared says so, once.
call_ranks 2 evaluate --model "$work/one/model.safetensors"
expect "a command for one rank is refused" message "'evaluate' is not for several ranks"
is "by one of them" [ "$(grep -c 'is not for several' <<<"$message")" = 1 ]
call_ranks 2 train "${tiny_run[@]}" --out "$work/one"
expect "a folder that holds a run is refused" message 'already holds a run|is complete'

# The program itself knows nothing of MPI.
is "the program is not linked with MPI" eval "! ldd '$program' | grep -q libmpi"
mkdir "$work/bare" && cp "$program" "$work/bare/"
program=$work/bare/triptych call_ranks 2 train "${tiny_run[@]}" --out "$work/bare/run"
program=$1
expect "without the module a sentence names the packages" message \
    'built without Open MPI: install libopenmpi-dev'
finish
