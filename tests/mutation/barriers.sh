#!/bin/bash
# barriers.sh DIR [REGEX]: forgets each __syncthreads() of kernels/cuda in turn (or those whose place matches)
# and expects the kernels' tests on the emulator to go red. Nothing is rebuilt: the emulator ignores the
# barrier at the place that TRIPTYCH_EMULATOR_DROP names. Threads run in three orders, one after the other,
# until a test notices: backwards, at random, and under several orders whose results are compared. DIR is a
# finished build.
set -uo pipefail
cd "$(dirname "$0")/../.."

out=$1
only=${2:-.}
program=$out/tests/kernels
[ -x "$program" ] || { echo "barriers: build the tests into $out first: make tests" >&2; exit 1; }

# Which tests run the kernels of a source.
tests_of() {
  case $1 in
    gemm*) echo '*linear_algebra_test*' ;;
    ladder*) echo '*cuda/ladder_test*,*linear_algebra_test*' ;;
    copies*) echo '*elementwise_test*' ;;
    recurrent*) echo '*recurrence_test*' ;;
    reduce*) echo '*reductions_test*,*normalisation_test*,*losses_test*' ;;
    patches*) echo '*patches_test*' ;;
    *) echo '*' ;;
  esac
}

# A barrier whose absence no order of threads can show, and why it stands there.
harmless() {
  case $1 in
    *) return 1 ;;
  esac
}

# notices PLACE ORDER FILTER: true when a test goes red. One that takes too long says nothing.
notices() {
  local status
  TEST_DEVICES=emulator TRIPTYCH_EMULATOR_DROP=$1 TRIPTYCH_EMULATOR_ORDER=$2 timeout 300 "$program" \
    --abort-after=1 \
    --source-file="$3" --source-file-exclude='*kernels/emulator*,*kernels/ptx*,*kernels/reference*' \
    >/dev/null 2>&1
  status=$?
  [ "$status" -ne 0 ] && [ "$status" -ne 124 ]
}

# is_green ORDER FILTER: red means something only where all is green while nothing is forgotten. Asked once of
# each.
declare -A green
is_green() {
  if [ -z "${green[$1 $2]:-}" ]; then
    notices none:0 "$1" "$2" && green[$1 $2]=no || green[$1 $2]=yes
  fi
  [ "${green[$1 $2]}" = yes ]
}

caught=0 survived=0
while IFS=: read -r file line _; do
  place=$file:$line
  [[ $place =~ $only ]] || continue
  filter=$(tests_of "$(basename "$file")")
  verdict=
  for order in reverse random:1 fuzz:3; do
    is_green "$order" "$filter" || { verdict="the unbroken kernel fails ($order)"; break; }
    notices "$place" "$order" "$filter" && { verdict="caught ($order)"; break; }
  done
  if [[ $verdict = caught* ]]; then
    caught=$((caught + 1))
  elif [ -z "$verdict" ] && reason=$(harmless "$place"); then
    verdict="harmless: $reason"
  else
    verdict=${verdict:-SURVIVED}
    survived=$((survived + 1))
  fi
  printf '  %-40s %s\n' "$place" "$verdict"
done < <(grep -n '__syncthreads()' kernels/cuda/*.cu kernels/cuda/*.cuh)

echo "barriers: $caught caught, $survived not"
[ "$survived" -eq 0 ] && [ "$caught" -gt 0 ]
