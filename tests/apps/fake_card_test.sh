#!/bin/bash
# What a card can do wrong, and what a person then reads: the CUDA module on the fake card
# (tests/kernels/fake_cuda/card.cpp says what is injected).
. "$(dirname "$0")/cases.sh"
. "$(dirname "$0")/tiny.sh"
module=$(dirname "$program")/tests/device_fake_cuda.so
if [ ! -e "$module" ]; then
  skip "this build has no fake card (a sanitizer, or tests were not built)"
  exit 0
fi
# inject ORDERS ARGUMENTS...
inject() {
  local orders=$1
  shift
  TRIPTYCH_FAKE_CUDA=$orders call "$@"
}
train=(train --device fake-cuda "${tiny[@]}" --data synthetic:6 --epochs 1 --em-rounds 1)

call devices
expect "the module opens" output '^fake-cuda +here +fake card, compute capability 8\.0'
expect "and says which cards it serves" output \
  '^fake-cuda .*serves cards of compute capability 8\.0 and newer'
inject driver=11080 devices
expect "a driver that is too old" output \
  '^fake-cuda +not here +the NVIDIA driver is too old: it serves CUDA up to 11\.8'
inject cards=0 devices
expect "no card" output \
  '^fake-cuda +not here +CUDA says: no CUDA-capable device is detected; this build serves'
inject image=none devices
expect "a card that the module has no code for" output \
  '^fake-cuda +not here +fake card, .* cannot run this module: no kernel image .*CUDA_ARCH=80$'
inject image=none train --device fake-cuda --data synthetic:6 --out "$work/none"
expect "cannot be trained on" status 1
expect "which is told before anything else" message "the device 'fake-cuda' is not there: fake card"

call train --device fake-cuda:7 --data synthetic:6 --out "$work/seventh"
expect "a second card that is not there" message "the device 'fake-cuda:7' reports: choosing the GPU: "

inject memory=300000 "${train[@]}" --out "$work/little"
expect "a card with little memory" status 1
expect "is out of memory" message 'out of memory.*use smaller batches'

inject late=40 "${train[@]}" --out "$work/late"
expect "an error of a kernel ends the training" status 1
expect "which is told as such" message 'a kernel that was launched earlier failed: an illegal memory access'
expect "with the way to its name" message 'with TRIPTYCH_CUDA_SYNC=1 in the environment'
is "and is not taken for a lack of memory" test "${message/smaller batches/}" = "$message"
export TRIPTYCH_CUDA_SYNC=1
inject late=40 "${train[@]}" --out "$work/named"
expect "there the kernel has its name" message \
  "reports: kernel [a-z_ ()]+, grid [0-9]+ x .*: an illegal memory access was encountered"
unset TRIPTYCH_CUDA_SYNC

# Contexts are destroyed after the module's static variables, and after CUDA has shut down.
call "${train[@]}" --out "$work/own"
expect "a training ends well" status 0
is "in silence" test -z "$message"
export LD_LIBRARY_PATH=$(dirname "$module")/fake_cublas
call "${train[@]}" --out "$work/cublas" --gemm cublas
expect "and so does one with cuBLAS" status 0
is "in silence, too" test -z "$message"
unset LD_LIBRARY_PATH

# Tensor cores, and a card that is too old for them.
call "${train[@]}" --out "$work/tf32" --gemm tf32
expect "a training in TF32" status 0
expect "which is said" output '^device: fake-cuda, .*, products in tf32, '
inject capability=75 "${train[@]}" --out "$work/turing" --gemm bf16
expect "a card without such tensor cores" status 1
expect "is told" message \
  'reports: --gemm tf32 or bf16 needs a card of compute capability 8\.0 or newer.*this one has 7\.5'
inject capability=75 "${train[@]}" --out "$work/older"
expect "and trains in float" status 0

# A module of another build, beside a copy of the program.
mkdir "$work/other"
cp "$program" "$work/other/triptych"
LC_ALL=C sed 's/triptych kernels [0-9a-f]\{16\}/triptych kernels 0123456789abcdef/' "$module" \
  >"$work/other/device_fake_cuda.so"
program=$work/other/triptych call train --device fake-cuda --data synthetic:6 --out "$work/mismatch"
expect "a module of another build is told" message 'device_fake_cuda.so is of another build than this program'
finish
