#!/bin/bash
# run.sh DIR SECONDS: runs the fuzz targets of DIR (make fuzz builds them) for SECONDS in all, side by side on
# the processors, and ends with the number of executions. A target begins with tests/fuzz/corpus/NAME, the
# inputs that once broke something (tests/hostile for images), and with what earlier runs found interesting,
# which DIR/corpus keeps. With FUZZ_SEED=N it begins with the former alone and invents the same inputs in
# every run: a change is then not blamed for what chance found. Fails when an input crashes a parser, takes it
# longer than 2 s or more than 512 MB; the input is then in DIR/finds: mend the parser and move it into
# tests/fuzz/corpus.
set -uo pipefail
cd "$(dirname "$0")/../.."
dir=$1 seconds=$2
targets=("$dir"/fuzz/*)
[ -x "${targets[0]}" ] || { echo "fuzz: there are no targets in $dir/fuzz; run make fuzz" >&2; exit 1; }
jobs=$(nproc)
each=$((seconds * jobs / ${#targets[@]}))
[ "$each" -ge 1 ] || each=1
mkdir -p "$dir/finds"

executions() { sed -n 's/^stat::number_of_executed_units: *//p' "$@"; }

# libFuzzer measures its limit of 2 s on the wall, and other programs may have the processor for that long: an
# input is too slow when it alone takes more than 2 s of CPU time.
only_the_machine_was_slow() { # TARGET INPUT
  (ulimit -t 3 && TIMEFORMAT=%U && { time "$1" "$2" >"$2.log" 2>&1; } 2>"$2.seconds") &&
    awk '{exit !($1 < 2)}' "$2.seconds"
}

fuzz() {
  local name log status end left input
  name=$(basename "$1") log=$dir/finds/$(basename "$1").log
  local own=$dir/corpus/$name seeds=()
  [ -z "${FUZZ_SEED:-}" ] || rm -rf "$own"
  mkdir -p "$own"
  [ -d "tests/fuzz/corpus/$name" ] && seeds+=("tests/fuzz/corpus/$name")
  [ "$name" = image ] && seeds+=(tests/hostile)
  : >"$log"
  end=$((SECONDS + each))
  while left=$((end - SECONDS)) && [ "$left" -gt 0 ]; do
    ASAN_OPTIONS=quarantine_size_mb=16:allocator_may_return_null=1 "$1" "$own" "${seeds[@]}" \
      ${FUZZ_SEED:+-seed="$FUZZ_SEED"} -max_total_time="$left" -timeout=2 -rss_limit_mb=512 \
      -max_len=8192 -print_final_stats=1 \
      -artifact_prefix="$dir/finds/$name-" >"$log.last" 2>&1
    status=$?
    cat "$log.last" >>"$log"
    input=$(sed -n 's/.*Test unit written to \(.*-timeout-.*\)/\1/p' "$log.last")
    [ -n "$input" ] && only_the_machine_was_slow "$1" "$input" || break
    rm -f "$input"*
    status=0
  done
  rm -f "$log.last"
  local verdict=ok
  [ "$status" = 0 ] ||
    verdict="FAILED: $(grep -m1 -oE 'ERROR: .*|SUMMARY: .*|runtime error: .*' "$log")"
  printf '%-10s %9s executions  %s\n' "$name" "$(executions "$log" | awk '{n += $1} END {print n + 0}')" \
    "$verdict"
  [ "$status" = 0 ] || grep -m1 'Test unit written' "$log"
  return "$status"
}

pids=() failed=0
for target in "${targets[@]}"; do
  while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do wait -n; done
  fuzz "$target" &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
total=$(executions "$dir"/finds/*.log | awk '{sum += $1} END {print sum + 0}')
found="nothing found"
[ "$failed" = 0 ] || found="SOMETHING FOUND"
echo "fuzz: $total executions over ${#targets[@]} parsers, $found"
exit "$failed"
