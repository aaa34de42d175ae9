. tests/apps/cases.sh
. tests/apps/tiny.sh

walkers=(--data synthetic:12 --frames 4)
walk=("${tiny[@]}" "${walkers[@]}" --temporal rnn --sequence-length 3 --epochs 2 --em-rounds 2 \
  --em-start 0.5 --validation 0)
run=$work/walk
call train "${walk[@]}" --out "$run"
expect "a network is trained on people who walk" status 0
expect "... whose sequences are counted" output 'sequences +24, with 4 to 4 frames'
expect "... and has a page" file "$run/report.html"
is "... with frames of queries and of their nearest" \
  [ "$(grep -o '"frames":\[[0-9]*,[0-9]*,[0-9]*,[0-9]*\]' "$run/report.html" | wc -l)" -ge 24 ]

call verify "$run"
expect "its result is computed again" status 0

model=$run/model.safetensors
call evaluate --model "$model" "${walkers[@]}"
expect "sequences are searched for among sequences" status 0
expect "... each of them once" output '6 quer'
call evaluate --model "$model" --data synthetic:12
expect "a network of sequences wants sequences" status 1
expect "... and says where to get them" message 'synthetic people --frames N'

call data "${walkers[@]}" --out "$work/saved"
call train "${walk[@]}" --data "$work/saved" --frames 0 --splits "$work/saved/partition_10trials.json" \
  --out "$work/again"
expect "the same people, saved as files, train a network" status 0
is "... of the same weights" cmp -s <(tail -c 4000 "$model") <(tail -c 4000 "$work/again/model.safetensors")

call export --model "$model" --onnx "$work/walk.onnx"
expect "a network of sequences is not exported" message 'networks of single images without a neck'

call train "${tiny[@]}" --data synthetic:12 --epochs 2 --em-rounds 1 --validation 0 --images 2 \
  --identity-weight 0.5 --label-smoothing 0.1 --neck bn --out "$work/neck"
expect "a network with a neck is trained" status 0
call evaluate --model "$work/neck/model.safetensors" --data synthetic:12
expect "... and tested" status 0
finish
