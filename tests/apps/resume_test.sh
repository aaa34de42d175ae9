#!/bin/bash
# A run that was killed, or stopped by Ctrl-C, ends in the bits of one that was not.
. "$(dirname "$0")/cases.sh"
. "$(dirname "$0")/tiny.sh"

without_seconds() { sed 's/"seconds":[^,}]*//' "$1"; }

# 600 steps, long enough to be hit in the middle; a checkpoint every 48 steps, and the first E step at step
# 240, where a checkpoint stands, too.
long=("${tiny_run[@]}" --epochs 200 --validate-every 20 --save-every 16)
call train "${long[@]}" --out "$work/whole"
expect "a run without interruption" status 0

# stop_at SIGNAL LINES FOLDER: starts the run and sends the signal when its log has so many lines; $status is
# its end.
stop_at() {
  "$program" train "${long[@]}" --out "$3" >"$work/.output" 2>"$work/.message" </dev/null &
  local pid=$!
  for _ in $(seq 2000); do
    [ -f "$3/log.jsonl" ] && [ "$(wc -l <"$3/log.jsonl")" -ge "$2" ] && break
    sleep 0.01
  done
  kill -"$1" "$pid"
  kill -"$1" "$pid" 2>/dev/null # twice at once, as `timeout -s INT` does, is still once
  wait "$pid" 2>/dev/null
  status=$? output=$(cat "$work/.output") message=$(cat "$work/.message") command_line="killed by $1"
}

stop_at INT 20 "$work/stopped"
expect "Ctrl-C ends with 130" status 130
expect "it says where all is saved and how to go on" message 'checkpoint\.safetensors.*--resume'
is "the results are not there yet" [ ! -e "$work/stopped/results.json" ]
lines=$(wc -l <"$work/stopped/log.jsonl")
call train --out "$work/stopped" --resume --epochs 41
expect "other options cannot resume it" status 1
expect "and the option is named" message '--epochs 200.*not 41'
call train --out "$work/stopped" --resume --threads 1
expect "it goes on without its options being said again" status 0
expect "from the very step where it stopped" output "resumes after step $lines of 600"
is "stopped: the same weights" cmp "$work/whole/model.safetensors" "$work/stopped/model.safetensors"
is "stopped: the same log" cmp <(without_seconds "$work/whole/log.jsonl") \
  <(without_seconds "$work/stopped/log.jsonl")
is "stopped: the same epochs" cmp "$work/whole/epochs.jsonl" "$work/stopped/epochs.jsonl"
is "stopped: the same events" cmp "$work/whole/events.jsonl" "$work/stopped/events.jsonl"
call train --out "$work/stopped" --resume
expect "a complete run says that it is" output 'is complete'
expect "and that is no failure" status 0

stop_at KILL 245 "$work/killed"
expect "kill -9 kills" status 137
is "a checkpoint was there" [ -s "$work/killed/checkpoint.safetensors" ]
call train "${long[@]}" --out "$work/killed" --resume
expect "a killed run goes on" status 0
is "killed: the same weights" cmp "$work/whole/model.safetensors" "$work/killed/model.safetensors"
is "killed: the same log" cmp <(without_seconds "$work/whole/log.jsonl") \
  <(without_seconds "$work/killed/log.jsonl")
is "killed: the same epochs" cmp "$work/whole/epochs.jsonl" "$work/killed/epochs.jsonl"
is "killed: the same events" cmp "$work/whole/events.jsonl" "$work/killed/events.jsonl"
finish
