#!/bin/bash
# weak_symbols.sh DIR: the SIMD objects built in DIR must not define weak symbols. An inline function or
# template (of the standard library, say) compiled with -mavx512f and not inlined becomes a weak symbol, and
# the linker may keep that copy for the whole program, which then dies of an illegal instruction on a
# processor without AVX-512.
set -euo pipefail
cd "$(dirname "$0")/../.."

objects=$(find "$1/obj/kernels/cpu" -name '*.avx2.o' -o -name '*.avx512.o' 2>/dev/null | sort)
if [ -z "$objects" ]; then
  echo "weak symbols: no SIMD objects in $1/obj/kernels/cpu" >&2
  exit 1
fi
# DW.ref.__gxx_personality_v0 is one word of data, the address of the exception handler's routine: the same
# everywhere.
# shellcheck disable=SC2086  # a list of names
if nm -A -C --defined-only $objects | grep -E ' [WVu] ' | grep -v ' DW\.ref\.'; then
  echo "weak symbols: the functions above are compiled for one instruction set and may be linked for all;" \
    "put them into an anonymous namespace, or make them inline by force" >&2
  exit 1
fi
echo "weak symbols: none in $(wc -w <<<"$objects") SIMD objects"
