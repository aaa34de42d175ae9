#!/bin/bash
# barriers.sh DIR [REGEX]: forgets each __syncthreads() of kernels/cuda in turn (or those whose place matches)
# and expects the kernels' tests on the emulator to go red. Nothing is rebuilt: the emulator ignores the
# barrier at the place that TRIPTYCH_EMULATOR_DROP names. First the threads run backwards, in which most
# results become wrong; where they do not, under the shadow of memory, which finds a race in any order.
# Nothing here depends on chance: both see the same in every run. DIR is a finished build by g++.
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
    tensor_ladder*) echo '*cuda/ladder_test*' ;;
    tensor*) echo '*cuda/tensor_products_test*' ;;
    ladder*) echo '*cuda/ladder_test*,*linear_algebra_test*' ;;
    copies*) echo '*elementwise_test*' ;;
    recurrent*) echo '*recurrence_test*' ;;
    reduce*) echo '*reductions_test*,*normalisation_test*,*losses_test*' ;;
    patches*) echo '*patches_test*' ;;
    losses*) echo '*losses_test*' ;;
    *) echo '*' ;;
  esac
}

# A barrier whose absence is no race, and why it stands there.
harmless() {
  case $1 in
    *) return 1 ;;
  esac
}

# notices PLACE WAY FILTER: true when a test goes red. One that takes too long says nothing.
notices() {
  local status order=forward watch=0
  [ "$2" = reverse ] && order=reverse || watch=1
  TEST_DEVICES=emulator TRIPTYCH_EMULATOR_DROP=$1 TRIPTYCH_EMULATOR_ORDER=$order \
    TRIPTYCH_EMULATOR_WATCH=$watch timeout 300 "$program" \
    --abort-after=1 \
    --source-file="$3" --source-file-exclude='*kernels/emulator*,*kernels/ptx*,*kernels/reference*' \
    >/dev/null 2>&1
  status=$?
  [ "$status" -ne 0 ] && [ "$status" -ne 124 ]
}

# is_green WAY FILTER: red means something only where all is green while nothing is forgotten. Asked once of
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
  for way in reverse watched; do
    is_green "$way" "$filter" || { verdict="the unbroken kernel fails ($way)"; break; }
    notices "$place" "$way" "$filter" && { verdict="caught ($way)"; break; }
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
