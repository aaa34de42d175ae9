#!/bin/bash
# probe.sh STAMP COMPILER FLAGS: what this machine builds with. STAMP holds the compiler's version and the
# flags; when they are new, STAMP is rewritten (which rebuilds everything) and the findings are printed, once.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/scripts/packages.sh

stamp=$1 flags=$3
read -ra compiler <<<"$2"  # "ccache g++" is two words
missing=$(missing_packages "$2") || exit 1
if [ -n "$missing" ]; then
  # shellcheck disable=SC2086  # a list of names
  echo "The build lacks these packages: $missing. Run 'make setup', or: $(install_command $missing)" >&2
  exit 1
fi
version=$("${compiler[@]}" --version | head -1)
found=$(printf '%s\n%s' "$version" "$flags")
[ "$(cat "$stamp" 2>/dev/null)" = "$found" ] && exit 0

openmp=no
case $flags in *-fopenmp*)
  openmp_flag=$(grep -o -e '-fopenmp[=a-z]*' <<<"$flags" | head -1)
  openmp=$(echo _OPENMP | "${compiler[@]}" "$openmp_flag" -E -P -x c++ - | tail -1) ;;
esac
# kernels/cuda/cuda.mk has looked for nvcc; NVCC is empty when there is none, or none that is wanted.
if [ -n "${NVCC:-}" ]; then
  cuda=$("$NVCC" --version | grep -o 'release [0-9.]*' | sed 's/release/nvcc/')
  cuda="$cuda, for compute capability ${CUDA_ARCH:-}"
elif [ "${CUDA:-1}" = 0 ]; then
  cuda="turned off (CUDA=0): no CUDA module in this build"
else
  cuda="no nvcc 12 or newer, or a sanitizer: no CUDA module in this build"
fi
mpi="not found (packages libopenmpi-dev openmpi-bin): no mpirun"
[ -z "${MPI:-}" ] || mpi=$("$MPI" --showme:version 2>/dev/null | sed 's/^[^:]*: //; s/ (.*//')
target=$("${compiler[@]}" -dumpmachine)
if [ "${target%%-*}" = "$(uname -m)" ]; then
  sets=portable
  for set in avx2 avx512f; do
    grep -q -m1 -w "$set" /proc/cpuinfo && sets="$sets $set"
  done
  [ "$(uname -m)" = aarch64 ] && sets="$sets neon"
  processor="$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) threads, $sets"
else
  processor="${target%%-*}: another than this machine's $(uname -m); its programs run there, or under qemu"
fi
cat <<END
compiler      $version
flags         $flags
OpenMP        $openmp
libraries     fmt, stb, doctest, CLI11, nlohmann-json, Eigen: all found
CUDA          $cuda
MPI           $mpi
processor     $processor
END
echo "$found" >"$stamp"
