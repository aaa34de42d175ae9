#!/bin/bash
# run.sh DIR: runs the test programs that were built in DIR and the command-line tests of tests/apps, one line
# each, and ends with the sum: "N passed, N failed, N skipped" (test cases). Exits non-zero when a case
# failed, a program crashed or nothing ran.
#   ROOMS="kernels engine"   only these rooms
#   DEVICE=cuda              only the tests of kernels, ops and a training step on that device
#   DEVICES="emulator"       on which devices, beside cpu, kernels and ops are tested (default: emulator ptx
#                            cuda)
#   ISAS="portable neon"     with these instruction sets (default: those of this processor)
#   RUNNER=qemu-aarch64      programs of another processor, by this one
#   TEST_JOBS=N              so many programs at once (default: one a processor, at most 8)
#   TEST_TIMEOUT=SECONDS     of wall-clock time for one program (default 1800: it is there for what hangs)
# A case that cannot run here (no nvcc, no data) prints a line "SKIPPED: why", and is counted as skipped.
set -uo pipefail
cd "$(dirname "$0")/../.."
export LC_ALL=C.UTF-8  # numbers have points, whatever the locale

out=$1
rooms=${ROOMS:-kernels engine layers drawing datasets reid apps}
limit=${TEST_TIMEOUT:-1800}
processors=$(nproc)
jobs=${TEST_JOBS:-$((processors < 8 ? processors : 8))}
logs=$out/logs
# Threads that wait for each other give their core away soon: where other jobs run, spinning costs more than
# it saves.
export GOMP_SPINCOUNT=${GOMP_SPINCOUNT:-2000}
mkdir -p "$logs"
rm -f "$logs"/*.report "$logs"/*.counts "$logs"/*.failures
running=() reports=() shown=0

# launch COMMAND...: run_cases or run_script in the background, as soon as fewer than $jobs run. show prints
# what they report, in the order of the launches.
launch() {
  local file
  while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
    wait -n
    show
  done
  file="$logs/$(printf '%02d' ${#reports[@]}).report"
  "$@" >"$file" 2>&1 &
  running+=($!) reports+=("$file")
}
show() {
  while [ "$shown" -lt ${#reports[@]} ] && ! kill -0 "${running[$shown]}" 2>/dev/null; do
    cat "${reports[$shown]}"
    shown=$((shown + 1))
  done
}
set -m  # each in a process group of its own: they take Ctrl-C as a program in the foreground does
trap 'for job in $(jobs -rp); do pkill -P "$job"; kill -- "-$job"; done 2>/dev/null' EXIT

# report NAME LOG PASSED FAILED SKIPPED SECONDS: one line, the reasons of what was skipped, and the log of a
# failure.
report() {
  printf '%-28s %4d passed %3d failed %3d skipped  %3d s\n' "$1" "$3" "$4" "$5" "$6"
  grep -h -o 'SKIPPED: .*' "$2" | sort | uniq -c | sed 's/^ *\([0-9]*\) SKIPPED:/    \1 skipped:/'
  if [ "$4" -gt 0 ]; then
    sed 's/^/    /' "$2" | tail -n 80
    {
      echo "$1 failed ($2):"
      grep -E '^FAILED|ERROR:|TEST CASE:|ended with' "$2" | tail -n 8 | sed 's/^/    /'
    } >"$2.failures"
  fi
  echo "$3 $4 $5" >"$2.counts"
}

skip_lines() { grep -c -E '(^|MESSAGE: )SKIPPED: ' "$1"; }

# run_cases NAME COMMAND...: a doctest program. Its summary line has the counts (what a filter left out it
# calls skipped, and that is not counted here); a program that ends badly without a failed case (a crash, a
# sanitizer's report, the time limit) counts as one failure.
run_cases() {
  local name=$1 log="$logs/${1//[^A-Za-z0-9.-]/_}.log" start=$SECONDS
  shift
  timeout "$limit" "$@" >"$log" 2>&1
  local status=$? p=0 f=0
  read -r p f < <(sed -n 's/\x1b\[[0-9;]*m//g
    s/^\[doctest\] test cases: .* \([0-9]*\) passed | *\([0-9]*\) failed.*/\1 \2/p' "$log" | tail -1)
  p=${p:-0} f=${f:-0}
  if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then
    f=1
    if [ "$status" -eq 124 ]; then
      echo "$name was stopped by the time limit of $limit s, which is no crash: the machine is slow" \
        "or busy, or the test hangs; TEST_TIMEOUT=SECONDS sets another limit" >>"$log"
    else
      echo "$name ended with status $status" >>"$log"
    fi
  elif [ $((p + f)) -eq 0 ]; then
    f=1
    echo "$name ran no test case" >>"$log"
  fi
  local skips
  skips=$(skip_lines "$log")
  report "$name" "$log" $((p - skips)) "$f" "$skips" $((SECONDS - start))
}

# run_script NAME COMMAND...: a shell test of the command line. It prints "ok ..." or "FAILED ..." for each
# case (see tests/apps/cases.sh); without such lines its exit status is one case.
run_script() {
  local name=$1 log="$logs/${1//[^A-Za-z0-9.-]/_}.log" start=$SECONDS
  shift
  timeout "$limit" "$@" >"$log" 2>&1
  local status=$? p f s
  p=$(grep -c '^ok\b' "$log") f=$(grep -c '^FAILED\b' "$log") s=$(skip_lines "$log")
  [ "$status" -ne 0 ] && [ "$f" -eq 0 ] && f=1
  [ $((p + f + s)) -eq 0 ] && p=1
  report "$name" "$log" "$p" "$f" "$s" $((SECONDS - start))
}

read -ra runner <<<"${RUNNER:-}"
instruction_sets="portable"
grep -q -m1 -w avx2 /proc/cpuinfo && instruction_sets="$instruction_sets avx2"
grep -q -m1 -w avx512f /proc/cpuinfo && instruction_sets="$instruction_sets avx512"
[ "$(uname -m)" = aarch64 ] && instruction_sets="$instruction_sets neon"
instruction_sets=${ISAS:-$instruction_sets}

# run_device DEVICE ROOM FILTER: the room's tests once more, on a device other than cpu; without it, one
# skipped case says why, and the status is 1.
run_device() {
  local device=$1 room=$2 missing
  missing=$("${runner[@]}" "$out/tests/kernels" -tc='backends: the reference is there*' \
    | grep -o "SKIPPED: device $device .*")
  if [ -n "$missing" ]; then
    run_script "$room ($device)" echo "$missing"
    return 1
  fi
  # On the emulator every launch runs in three orders, whose results must be equal to the bit: a race shows
  # itself.
  TRIPTYCH_COVERAGE=1 TRIPTYCH_EMULATOR_ORDER=${TRIPTYCH_EMULATOR_ORDER:-fuzz:3} TEST_DEVICES=$device \
    run_cases "$room ($device)" "${runner[@]}" "$out/tests/$room" "$3"
  # Where launches can be counted: which of the kernels, and which tiles of the products, they were.
  local coverage
  coverage=$(sed -n 's/^coverage: //p' "$logs/${room}__${device}_.log")
  if [ -n "$coverage" ]; then
    run_script "coverage ($device)" echo "$coverage"
    [ -z "${DEVICE:-}" ] || sed 's/^/    /' <<<"$coverage"
  fi
}
# What asks no device of TEST_DEVICES, and no instruction set, runs once.
once='reference:*,emulator:*,ptx:*,planted*'
contract=-tce="$once,context:*" ops=-tc='every op gives the same on every device*'

if [ -n "${DEVICE:-}" ]; then
  case " reference cpu cuda emulator ptx fake-cuda " in
    *" $DEVICE "*) ;;
    *) echo "DEVICE=$DEVICE is unknown: say reference, cpu, cuda, emulator, ptx or fake-cuda" >&2; exit 1 ;;
  esac
  rooms=""
  if run_device "$DEVICE" kernels "$contract"; then
    run_device "$DEVICE" engine "$ops"
    run_cases "training step (every device)" "$out/tests/reid" -tc='one training step*'
  fi
fi

for room in $rooms; do
  program=$out/tests/$room
  if [ "$room" = kernels ] && [ -x "$program" ]; then
    again=()
    for isa in $instruction_sets; do
      TRIPTYCH_ISA=$isa launch run_cases "kernels ($isa)" "${runner[@]}" "$program" "${again[@]}"
      again=(-tce="$once")
    done
    for device in ${DEVICES-emulator ptx cuda}; do
      launch run_device "$device" kernels "$contract"
    done
  elif [ -x "$program" ]; then
    launch run_cases "$room" "${runner[@]}" "$program"
  fi
  if [ "$room" = engine ] && [ -x "$program" ] && [ -x "$out/tests/kernels" ]; then
    for device in ${DEVICES-emulator ptx cuda}; do
      launch run_device "$device" engine "$ops"
    done
  fi
  if [ -x "$out/double/tests/$room" ]; then
    launch run_cases "$room (double)" "$out/double/tests/$room"
  fi
done
if [[ " $rooms " = *" apps "* ]] && [ -x "$out/double/exercises/solved" ]; then
  launch run_cases "exercises, solved" "$out/double/exercises/solved"
fi
if [[ " $rooms " = *" kernels "* ]]; then
  launch run_script ptxas_limits tests/scripts/ptxas_limits.sh "$out"
fi
if [[ " $rooms " = *" apps "* ]] && [ -x "$out/triptych" ]; then
  for script in tests/apps/*_test.sh; do
    [ -f "$script" ] && launch run_script "${script#tests/}" bash "$script" "$out/triptych"
  done
fi

wait
show
# A program that ended without a word (killed, say) is a failure, too.
finished=("$logs"/*.counts)
[ -e "${finished[0]}" ] || finished=()
lost=$((${#reports[@]} - ${#finished[@]}))
if [ "$lost" -gt 0 ]; then
  echo "$lost of ${#reports[@]} programs ended without a result: $logs has their reports"
  echo "0 $lost 0" >"$logs/lost.counts"
fi
read -r passed failed skipped \
  < <(cat "$logs"/*.counts 2>/dev/null | awk '{p += $1; f += $2; s += $3} END {print p + 0, f + 0, s + 0}')
# Once more, below all that passed: where the end is all that one sees.
cat "$logs"/*.failures 2>/dev/null
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
