#!/bin/bash
# check.sh: what `make check` does, step by step, with the time of each. All steps run; it fails when one did.
#   BUILD=DIR           where the builds go (default: build)
#   STEPS="format ..."  only these steps
set -uo pipefail
cd "$(dirname "$0")/../.."

build=${BUILD:-build}
export LLVM=${LLVM:-14}
steps="format stairs weak_symbols wrong_answers barriers mutations"
# Builds of their own: minutes each. None is started later than half an hour after the first step, unless
# STEPS asks for it; what was not started is said.
own_builds="installation fuzzing one_definition threads aarch64 memory"
latest=1800 # seconds
# Of these, what was not yet seen green over several changes of all rooms: the result is printed, and does not
# fail the check unless STEPS asks for the step.
reported="memory one_definition fuzzing threads aarch64"
summary=()
failed=0

make_quietly() { make --no-print-directory BUILD="$build" "$@" >"$build/check.log" 2>&1 \
  || { tail -n 40 "$build/check.log"; return 1; }; }

format() { make --no-print-directory format-check; }
stairs() { tests/scripts/stairs.sh; }
weak_symbols() { make_quietly build && tests/scripts/weak_symbols.sh "$build"; }

# One definition for each name in the whole program: the compiler compares all types and functions while it
# links (-Wodr). Only that is wanted of it, so nothing is optimised, and no code is made. Each source is
# compiled alone, so one that includes too little is seen as well.
one_definition() {
  local dir=$build/odr
  rm -f "$dir/whole.o"
  make_quietly CUDA=0 BUILD="$dir" alone=yes \
    optimise=-O0 speed_light= CPU_SIMD_FLAGS= CXXFLAGS="-flto -Wodr" \
    "$dir"/{kernels,engine,layers,drawing,datasets,reid,apps}.a "$dir/obj/apps/main.o" || return 1
  g++ -std=c++20 -O0 -fopenmp -flto -Wodr -r -flinker-output=rel -o "$dir/whole.o" "$dir/obj/apps/main.o" \
    -Wl,--whole-archive "$dir"/{apps,reid,datasets,drawing,layers,engine,kernels}.a 2>"$dir/odr.log" ||
    { tail -n 20 "$dir/odr.log"; return 1; }
  if grep -q -e '-Wodr' "$dir/odr.log"; then
    cat "$dir/odr.log"
    return 1
  fi
  echo "one definition: the types of $(find "$dir/obj" -name '*.o' | wc -l) objects agree"
}
# A program outside the tree, compiled against what `make install` installs. Program and library are built
# with the flags of a Debian package, which harden the code; without Ubuntu's -flto, which would optimise
# across the instruction sets, and without -g, which takes time.
installation() (
  dir=$build/hardened
  export DEB_BUILD_MAINT_OPTIONS="hardening=+all optimize=-lto" DEB_CXXFLAGS_MAINT_STRIP=-g
  for variable in CPPFLAGS CXXFLAGS LDFLAGS; do
    value=$(dpkg-buildflags --get $variable) && export "$variable=$value" || exit 1
  done
  export CUDA=0
  make_quietly BUILD="$dir" "$dir/triptych" library && bash tests/apps/install_test.sh "$dir/triptych"
)
mutations() { make_quietly tests && tests/mutation/run.sh "$build"; }
# Every wrong answer to an exercise is red; a student's tree has none.
wrong_answers() {
  [ -f tests/mutation/exercises.sh ] || { echo "no wrong answers in this tree"; return; }
  make_quietly tests && tests/mutation/run_exercises.sh "$build"
}
# Every __syncthreads() of kernels/cuda is needed, and a test on the emulator knows it.
barriers() { make_quietly "$build/tests/kernels" && tests/mutation/barriers.sh "$build"; }

# Addresses (use after free, out of bounds, leaks) and undefined behaviour (overflow, bad shifts,
# misalignment) at once, over the test programs of the rooms. Not here, for the time they take: the
# double-precision twin, which adds no code that the float tests do not run, and the tests of the command
# line; `make test SANITIZE=address,undefined` runs them all.
memory() {
  local dir=$build/address-undefined
  make_quietly SANITIZE=address,undefined "$dir"/tests/{kernels,engine,layers,drawing,datasets,reid} &&
    DEVICES="" ROOMS="kernels engine layers drawing datasets reid" TEST_TIMEOUT=900 \
      UBSAN_OPTIONS=print_stacktrace=1 \
      tests/scripts/run.sh "$dir"
}

# Races between threads, where threads are used: kernels and engine. clang with LLVM's OpenMP and its Archer
# tool, which tells the sanitizer about OpenMP's own synchronisation; GNU's libgomp is not instrumented and
# gives false reports.
threads() {
  make_quietly SANITIZE=thread "$build/thread/tests/kernels" "$build/thread/tests/engine" || return 1
  local archer
  archer=/usr/lib/llvm-$LLVM/lib/libarcher.so
  if [ ! -f "$archer" ]; then
    echo "$archer is missing: install libomp-$LLVM-dev" >&2
    return 1
  fi
  # Newer kernels place memory where this sanitizer does not expect it; -R asks for the old layout where that
  # is allowed.
  local run=(tests/scripts/run.sh)
  setarch -R true 2>/dev/null && run=(setarch -R tests/scripts/run.sh)
  DEVICES="" ROOMS="kernels engine" TEST_TIMEOUT=900 OMP_TOOL_LIBRARIES=$archer OMP_NUM_THREADS=4 \
    TSAN_OPTIONS=ignore_noninstrumented_modules=1 "${run[@]}" "$build/thread"
}

# The ARM build: compiled by a cross-compiler, its kernel and engine tests run by qemu. The emulator and ptx
# are left out: they take minutes there and run no code that this processor does not run in its own tests.
aarch64() {
  local dir=$build/aarch64 reason
  if ! reason=$(arm_packages 2>&1); then
    echo "SKIPPED: no ARM build: $(tail -n 1 <<<"$reason")"
    return 0
  fi
  make_quietly CXX=aarch64-linux-gnu-g++ CUDA=0 BUILD="$dir" "$dir"/tests/{kernels,engine} &&
    RUNNER=qemu-aarch64 ISAS="neon portable" DEVICES="" ROOMS="kernels engine" tests/scripts/run.sh "$dir"
}
# Cross-compiler, qemu and the libraries of arm64, which are packages of another architecture beside this
# system's own.
arm_packages() {
  local packages="g++-aarch64-linux-gnu qemu-user libfmt-dev:arm64 libgomp1:arm64" package missing=""
  for package in $packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$' || missing="$missing $package"
  done
  [ -z "$missing" ] && return
  if [ "$(id -u)" != 0 ]; then
    echo "to install as root, after dpkg --add-architecture arm64 and apt-get update:$missing"
    return 1
  fi
  # shellcheck disable=SC2086  # a list of names
  dpkg --add-architecture arm64 && apt-get update -q &&
    apt-get install -q -y --no-install-recommends $missing ||
    { echo "apt-get cannot install$missing"; return 1; }
}

# A short start of every fuzz target, over all that was ever found.
fuzzing() {
  make_quietly SANITIZE=fuzzer CUDA=0 fuzzers && FUZZ_SEED=1 tests/fuzz/run.sh "$build/fuzzer" 20
}

mkdir -p "$build"
packages=(pkg-config dpkg-dev clang-format-14 "clang-$LLVM" "libclang-rt-$LLVM-dev" "libomp-$LLVM-dev")
tests/scripts/setup.sh g++ "${packages[@]}" || exit 1
began=$SECONDS
for step in ${STEPS:-$steps $own_builds}; do
  if [[ -z ${STEPS:-} && " $own_builds " = *" $step "* ]] && [ $((SECONDS - began)) -gt $latest ]; then
    summary+=("$(printf '%-15s not started: it is late; STEPS=%s make check' "$step" "$step")")
    continue
  fi
  echo "== $step"
  start=$SECONDS
  result=ok
  if ! "$step"; then
    if [[ -z ${STEPS:-} && " $reported " = *" $step "* ]]; then
      result="FAILED, reported only"
    else
      result=FAILED failed=1
    fi
  fi
  summary+=("$(printf '%-15s %-21s %4d s' "$step" "$result" $((SECONDS - start)))")
done
echo "== check"
printf '%s\n' "${summary[@]}"
exit "$failed"
