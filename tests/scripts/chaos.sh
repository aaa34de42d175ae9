#!/bin/bash
# chaos.sh PROGRAM: breaks trainings and tables in every way that a machine can, and expects that nothing is
# lost: what was broken off goes on and ends in the bits of a run that was left alone. Prints a line for each
# kind of damage and fails when one was not survived.
#   KILLS=100    how many times a process is killed with SIGKILL, three quarters of them in training
#   CHAOS_SEED=1 of the moments at which that happens
set -uo pipefail
cd "$(dirname "$0")/../.."
program=$(realpath "$1")
kills=${KILLS:-100}
RANDOM=${CHAOS_SEED:-1}
. tests/apps/tiny.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

report() { # NAME GOOD(0|1) DETAIL
  printf '%-46s %-7s %s\n' "$1" "$([ "$2" = 0 ] && echo ok || echo FAILED)" "${3:-}"
  [ "$2" = 0 ] || failed=1
}
without_seconds() { sed 's/"seconds":[^,}]*//' "$1"; }

# Are two folders of a run the same: weights, log, epochs, events? And no temporary file is left.
same_run() {
  cmp -s "$1/model.safetensors" "$2/model.safetensors" || { echo "other weights"; return 1; }
  for file in log.jsonl epochs.jsonl events.jsonl; do
    cmp -s <(without_seconds "$1/$file") <(without_seconds "$2/$file") || { echo "another $file"; return 1; }
  done
  [ -z "$(find "$2" -name '*.tmp')" ] || { echo "temporary files are left"; return 1; }
}
same_table() {
  cmp -s <(rows_of "$1") <(rows_of "$2") || { echo "other rows"; return 1; }
}
rows_of() { (cd "$1/rows" && cat ./*/*.json | sed 's/"[a-z_]*seconds":[^,}]*//g'); }

run=("${tiny_run[@]}" --epochs 60 --validate-every 20 --save-every 4)
table=(table1 --data synthetic:24 --split 1-3 --rows lomo100-l2,lomo100-xqda --threads 1)

# train FOLDER: starts the run, or goes on with it.
train() {
  if [ -e "$1/config.toml" ]; then
    exec "$program" train "${run[@]}" --out "$1" --resume
  else
    rm -rf "$1"
    exec "$program" train "${run[@]}" --out "$1"
  fi
}
tabulate() { exec "$program" "${table[@]}" --out "$1"; }

start=$(date +%s%N)
(train "$work/whole") >"$work/log" 2>&1 ||
  { cat "$work/log"; report "a run that is left alone" 1; exit 1; }
run_ms=$((($(date +%s%N) - start) / 1000000))
start=$(date +%s%N)
(tabulate "$work/table") >"$work/log" 2>&1 ||
  { cat "$work/log"; report "a table that is left alone" 1; exit 1; }
table_ms=$((($(date +%s%N) - start) / 1000000))

# kill_at_random COMMAND FOLDER MILLISECONDS: starts it and kills it somewhere within; 0 when it was killed.
kill_at_random() {
  ("$1" "$2") >"$work/log" 2>&1 &
  local pid=$! moment=$((RANDOM * 32768 % ${3:-1} + RANDOM % ${3:-1}))
  sleep "$(printf '%d.%03d' $((moment % $3 / 1000)) $((moment % $3 % 1000)))"
  kill -KILL "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
  [ $? -eq 137 ]
}

# ---- kills ----
survive_kills() { # NAME COMMAND SAME WHOLE MILLISECONDS KILLS
  local done=0 runs=0 bad="" folder="$work/killed_$2"
  while [ "$done" -lt "$6" ]; do
    rm -rf "$folder"
    for _ in 1 2 3; do # three kills in each run, then it is left to end
      kill_at_random "$2" "$folder" "$5" && done=$((done + 1))
      [ "$done" -ge "$6" ] && break
    done
    ("$2" "$folder") >"$work/log" 2>&1 || bad="$bad; $(tail -n 1 "$work/log")"
    bad="$bad$($3 "$4" "$folder")"
    runs=$((runs + 1))
    [ "$runs" -gt $((20 * kills)) ] && break # kills that never hit
  done
  report "$1" "$([ -z "$bad" ]; echo $?)" "$done kills in $runs runs $bad"
}
survive_kills "kills in training" train same_run "$work/whole" "$run_ms" $((kills * 3 / 4))
survive_kills "kills in a table" tabulate same_table "$work/table" "$table_ms" $((kills - kills * 3 / 4))

# ---- kills of an index ----
said=$(IMAGES=600 tests/scripts/index_kills.sh "$program" $((kills / 4 + 1)))
report "kills in an index" $? "$said"

# ---- signals ----
slowest=0 bad=""
# stop COMMAND FOLDER SIGNAL MOMENT: $status and the milliseconds it took.
stop() {
  ("$1" "$2") >"$work/log" 2>&1 &
  local pid=$! begun
  sleep "$4"
  begun=$(date +%s%N)
  kill -"$3" "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
  status=$?
  local took=$((($(date +%s%N) - begun) / 1000000))
  [ "$took" -gt "$slowest" ] && slowest=$took
}
for signal in INT TERM HUP PIPE; do
  for part in 1 2 3 4; do
    folder=$work/stopped_$signal$part
    stop train "$folder" "$signal" "$(awk "BEGIN {print $run_ms * $part / 5000}")"
    [ "$status" = 130 ] || [ "$status" = 0 ] ||
      bad="$bad; $signal ended with $status: $(tail -n 1 "$work/log")"
    (train "$folder") >"$work/log" 2>&1 || bad="$bad; $signal: $(tail -n 1 "$work/log")"
    bad="$bad$(same_run "$work/whole" "$folder")"
  done
  stop tabulate "$work/table_$signal" "$signal" "$(awk "BEGIN {print $table_ms / 2000}")"
  (tabulate "$work/table_$signal") >"$work/log" 2>&1 || bad="$bad; $signal: $(tail -n 1 "$work/log")"
  bad="$bad$(same_table "$work/table" "$work/table_$signal")"
done
report "INT, TERM, HUP and PIPE" "$([ -z "$bad" ]; echo $?)" "the slowest stop took $slowest ms $bad"

# A reader that goes away: the output is dropped, the state saved.
("$program" train "${run[@]}" --out "$work/pipe" 2>"$work/log"
  echo $? >"$work/status") | head -n 1 >/dev/null
(train "$work/pipe") >"$work/log" 2>&1
bad=$(same_run "$work/whole" "$work/pipe")
report "a reader of the output that goes away" "$([ -z "$bad" ]; echo $?)" "status $(cat "$work/status") $bad"

# ---- a full disk ----
# No file may grow beyond so many KiB: write() fails, as it does on a full disk.
bad=""
for limit in 1 8 24; do
  folder=$work/full_$limit
  (trap '' XFSZ; ulimit -f "$limit"; train "$folder") >"$work/log" 2>&1
  status=$?
  [ "$status" = 1 ] || bad="$bad; with $limit KiB it ended with $status"
  grep -qE 'triptych: .*(/full_|disk)' "$work/log" ||
    bad="$bad; with $limit KiB it said: $(tail -n 1 "$work/log")"
  (train "$folder") >"$work/log" 2>&1 || bad="$bad; $(tail -n 1 "$work/log")"
  bad="$bad$(same_run "$work/whole" "$folder")"
done
report "files that cannot grow" "$([ -z "$bad" ]; echo $?)" "$bad"
if mkdir "$work/small" && mount -t tmpfs -o size=100k tmpfs "$work/small" 2>/dev/null; then
  (train "$work/small/run") >"$work/log" 2>&1
  status=$?
  mount -o remount,size=100m "$work/small"
  (train "$work/small/run") >"$work/log" 2>&1
  bad=$(same_run "$work/whole" "$work/small/run")
  umount "$work/small"
  report "a full disk" "$([ -z "$bad" ] && [ "$status" = 1 ]; echo $?)" "status $status, then resumed $bad"
else
  echo "SKIPPED: a full disk: mounting a small one is not allowed here"
fi

# ---- two writers ----
bad="" refused=0
for round in 1 2 3 4 5; do
  folder=$work/two_$round
  "$program" train "${run[@]}" --out "$folder" >"$work/log1" 2>&1 &
  first=$!
  "$program" train "${run[@]}" --out "$folder" >"$work/log2" 2>&1 &
  second=$!
  wait "$first"; a=$?
  wait "$second"; b=$?
  [ "$((a + b))" = 1 ] || bad="$bad; they ended with $a and $b"
  grep -qE 'is in use by another|already holds a run' "$work/log1" "$work/log2" && refused=$((refused + 1))
  bad="$bad$(same_run "$work/whole" "$folder")"
done
[ "$refused" = 5 ] || bad="$bad; not all were refused"
report "two trainings in one folder" "$([ -z "$bad" ]; echo $?)" "$refused of 5 refused $bad"
bad="" refused=0
for round in 1 2 3; do
  folder=$work/two_tables_$round
  "$program" "${table[@]}" --out "$folder" >"$work/log1" 2>&1 &
  first=$!
  "$program" "${table[@]}" --out "$folder" >"$work/log2" 2>&1 &
  second=$!
  wait "$first"; a=$?
  wait "$second"; b=$?
  # The second may also come when the first has ended, and then finds all rows ready.
  grep -q 'is in use by another' "$work/log1" "$work/log2" && refused=$((refused + 1)) ||
    [ "$((a + b))" = 0 ] || bad="$bad; they ended with $a and $b"
  bad="$bad$(same_table "$work/table" "$folder")"
done
[ "$refused" -ge 1 ] || bad="$bad; none was refused"
report "two tables in one folder" "$([ -z "$bad" ]; echo $?)" "$refused of 3 refused $bad"

[ "$failed" = 0 ] && echo "chaos: nothing was lost" || echo "chaos: something was lost"
exit "$failed"
