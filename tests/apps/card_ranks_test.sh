#!/bin/bash
# Training by ranks that have a card each: fake cards, and a library that stands in for NCCL
# (tests/kernels/fake_cuda/nccl.cpp), whose sums run when the card's stream comes to them. What the ranks end
# with is compared with one rank's, to a tolerance: the sums are added in another order.
. "$(dirname "$0")/cases.sh"
. "$(dirname "$0")/mpirun.sh"
module=$(dirname "$program")/tests/device_fake_cuda.so stand_in=$(dirname "$program")/tests/fake_nccl
if [ ! -e "$module" ]; then
  skip "this build has no fake card (a sanitizer, or tests were not built)"
  finish
fi
run=(train --device fake-cuda --data synthetic:8 --image-height 52 --image-width 24 --crop-height 48
  --crop-width 20 --channels 3,4 --kernel 3 --hidden 5 --strips 3 --people 4 --threads 1 --epochs 3
  --em-rounds 2 --em-start 0.5 --validation 0)
# Commands wait in the queues of their streams until the host waits for them, as on a card.
export TRIPTYCH_EMULATOR_STREAMS=7 TRIPTYCH_FAKE_CUDA="cards=2"

# steps FOLDER: loss and norm of the gradient of each step
steps() { sed -n 's/.*"loss":\([^,]*\),.*"gradient_norm":\([^,}]*\).*/\1 \2/p' "$1/log.jsonl"; }
# close NAME FOLDER: they differ from those of one rank by less than a thousandth
close() {
  is "$1" awk -v most=1e-3 'NR == FNR { loss[FNR] = $1; norm[FNR] = $2; n = FNR; next }
    function apart(a, b) { a -= b; if (a < 0) a = -a; return !(a <= most * (b < 0 ? -b : b)) }
    apart($1, loss[FNR]) || apart($2, norm[FNR]) { bad = 1 }
    END { exit bad || n < 3 || FNR != n }' <(steps "$work/one") <(steps "$2")
}

call "${run[@]}" --out "$work/one"
expect "one card" status 0
if [ -e "$stand_in/libnccl.so.2" ]; then
  export LD_LIBRARY_PATH=$stand_in
  call_ranks 2 "${run[@]}" --out "$work/nccl"
  expect "two cards" status 0
  expect "... say that NCCL adds up" output '^sums of the cards: by NCCL 2\.28\.9$'
  expect "... and what a rank receives" output 'in a step: [1-9][0-9]* of batch stat.*, [1-9][0-9]* of grad'
  close "two cards: losses and gradients are those of one" "$work/nccl"
  call_ranks 2 "${run[@]}" --device fake-cuda:0 --out "$work/one_card"
  expect "two ranks on one card: NCCL refuses" output \
    'MPI, through the host.s memory \(NCCL: invalid usage\)$'
  close "... and MPI takes its place" "$work/one_card"
  unset LD_LIBRARY_PATH
else
  skip "this build has no communicator_nccl.so (without nvcc or nccl.h)"
fi
TRIPTYCH_NCCL=0 call_ranks 3 "${run[@]}" --device fake-cuda:1 --out "$work/mpi"
expect "three ranks without NCCL" status 0
expect "... say so" output '^sums of the cards: by MPI, through the host.s memory \(TRIPTYCH_NCCL=0'
close "... and have the same losses and gradients" "$work/mpi"
call_ranks 3 "${run[@]}" --out "$work/third"
expect "a card that is not there" message "'fake-cuda:2' reports: choosing the GPU"
finish
