#!/bin/bash
# ptxas_limits.sh DIR: what ptxas said of every CUDA kernel when DIR was built (Makefile: nvcc -Xptxas -v),
# held against limits. One case for each source and card: "ok" or "FAILED", with the kernels that are over a
# limit.
#   no spills: a kernel that keeps its registers in memory is slow, and no test notices
#   registers: 128: two blocks of 256 threads fit on a multiprocessor (65536 registers); larger limits below
#   static shared memory: 48 KiB, what every card gives without being asked
set -uo pipefail
logs=$1/cuda
most_registers=128 most_shared=49152
# KERNEL LIMIT: part of the mangled name, and the registers that it may have because its comment says why. All
# are tiles of the product: kernels/cuda/tiles.h, kernels/cuda/tensor_tile.cuh.
exceptions='
  TileShapeILi128ELi64E 168
  TileShapeILi128ELi16E 168
  TileShapeILi128ELi128ELi8ELi8EEENS0_13PatchesAlongK 137
  TileShapeILi128ELi128ELi8ELi8EEENS0_14PatchesAcrossK 137
  TileShapeILi128ELi128ELi8ELi8EEENS0_13OutputsAlongK 137
  TensorShapeINS0_4Bf16E 168
  bf16_gemm_kernel 168
'

if ! ls "$logs"/kernels/cuda/*.log >/dev/null 2>&1; then
  echo "SKIPPED: this build has no CUDA module: nothing to ask for registers, spills and shared memory"
  exit 0
fi
for log in "$logs"/kernels/cuda/*.log; do
  awk -v source="$(basename "$log" .log)" -v registers="$most_registers" -v shared="$most_shared" \
    -v exceptions="$exceptions" '
    BEGIN {
      count = split(exceptions, words, " ")
      for (i = 1; i < count; i += 2) allowed[words[i]] = words[i + 1]
    }
    /Compiling entry function/ {
      split($0, quoted, "\047")
      kernel = quoted[2]; card = quoted[4]; seen[card]++
      limit = registers
      for (name in allowed) if (index(kernel, name)) limit = allowed[name]
    }
    /spill stores/ {
      match($0, /[0-9]+ bytes spill stores/)
      spills = substr($0, RSTART) + 0
      if (spills > 0) wrong[card] = wrong[card] "\n  " kernel ": spills " spills " bytes"
    }
    /Used [0-9]+ registers/ {
      match($0, /Used [0-9]+/)
      used = substr($0, RSTART + 5) + 0
      if (used > limit) wrong[card] = wrong[card] "\n  " kernel ": " used " registers, the limit is " limit
      if (match($0, /[0-9]+ bytes smem/)) {
        bytes = substr($0, RSTART) + 0
        if (bytes > shared) wrong[card] = wrong[card] "\n  " kernel ": " bytes " bytes of shared memory"
      }
    }
    END {
      for (card in seen)
        if (wrong[card]) print "FAILED " source ".cu, " card ":" wrong[card]
        else print "ok " source ".cu, " card ": " seen[card] " kernels"
    }' "$log"
done
