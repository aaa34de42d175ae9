#!/bin/bash
# doctor.sh "COMPILER" BUILD: what `make doctor` says of this machine: compiler, packages, instruction set,
# memory, what is optional, and how long things will take. Exits with 1 when something is missing that a build
# needs.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/scripts/packages.sh
export LC_ALL=C.UTF-8
compiler=$1 build=$2 wrong=0

say() { printf '%-16s %s\n' "$1" "$2"; }
bad() {
  say "$1" "$2"
  wrong=1
}

memory=$(awk '/MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo)
say system "$(. /etc/os-release 2>/dev/null && echo "$PRETTY_NAME"), $(uname -m), $(nproc) threads, $memory"
missing=$(missing_packages "$compiler" 2>&1)
status=$?
# shellcheck disable=SC2086  # words
if [ $status -ne 0 ]; then
  bad compiler "$missing"
elif [ -n "$missing" ]; then
  bad packages "missing: $missing. Run: $(install_command $missing)"
else
  read -ra words <<<"$compiler"
  say compiler "$("${words[@]}" --version | head -1)"
  say packages "all that a build needs"
  cpp20='static_assert(__cplusplus > 201709L);'
  "${words[@]}" -std=c++20 -fsyntax-only -x c++ - <<<"$cpp20" 2>/dev/null ||
    bad C++20 "$compiler does not understand -std=c++20: g++ 10 or newer, or clang 14"
fi

sets=portable
grep -q -m1 -w avx2 /proc/cpuinfo && sets="avx2, $sets"
grep -q -m1 -w avx512bw /proc/cpuinfo && sets="avx512, $sets"
[ "$(uname -m)" = aarch64 ] && sets="neon, $sets"
say instructions "$sets (the first is used; TRIPTYCH_ISA=NAME chooses)"

optional() { # PROGRAM PURPOSE PACKAGE...
  if command -v "$1" >/dev/null; then say "$1" "found: $2"; else say "$1" "not found (package ${*:3}): $2"; fi
}
optional ccache "a build after a change of branch takes seconds" ccache
optional git "the commit's name in results" git
optional pkg-config "the test of an installation" pkg-config
optional clang-format-14 "make format" clang-format-14
optional qemu-aarch64 "make check runs the tests of the ARM build" qemu-user
if [ -f /usr/include/faiss/IndexIVFFlat.h ]; then
  say faiss "found: rank --approximate, bench search beside it"
else
  say faiss "not found (package libfaiss-dev): rank --approximate, bench search beside it"
fi
optional mpirun "training on several machines" openmpi-bin libopenmpi-dev
optional nvcc "the CUDA module; without it the emulator runs its kernels" nvidia-cuda-toolkit

folder=$build
while [ ! -e "$folder" ]; do folder=$(dirname "$folder"); done
[ -w "$folder" ] || bad build "$folder cannot be written: make BUILD=DIR"
free=$(df -Pk "$folder" | awk 'NR == 2 { print int($4 / 1048576) }')
say disk "$free GB free in $folder"
[ "$free" -ge 4 ] || bad disk "a build with its tests needs 4 GB"

# Minutes of a processor that does nothing else, as measured where the source below takes 2.1 s of its time.
if [ "$wrong" = 0 ]; then
  TIMEFORMAT=%U
  program='#include <regex>
int main() { return std::regex_match("a", std::regex("a*")); }'
  compile=("${words[@]}" -std=c++20 -O2 -c -o /dev/null -x c++ -)
  seconds=$({ time CCACHE_DISABLE=1 "${compile[@]}" <<<"$program" 2>/dev/null; } 2>&1)
  awk -v s="$seconds" -v n="$(nproc)" 'BEGIN {
    scale = s / 2.1 / (n < 16 ? n : 16)
    printf "%-16s about %.0f minutes for make, %.0f for make demo and %.0f for make test, when quiet\n",
      "times", 7 * scale + 0.5, 9 * scale + 0.5, 15 * scale + 0.5
  }'
fi
[ "$wrong" = 0 ] && say result "make demo and make test should work here"
exit "$wrong"
