#!/bin/bash
# A whole training, small: everything it promises is written, and the number of threads changes nothing.
. "$(dirname "$0")/cases.sh"
. "$(dirname "$0")/tiny.sh"

run=$work/run
call train "${tiny_run[@]}" --out "$run" --json "$work/copy.json"
expect "a run ends well" status 0
expect "it says on which device" output '^device: cpu, .*1 thread$'
expect "it says who trains" output '9 people train, 3 validate, 12 test'
expect "E steps are told" output 'E step 2 before epoch'
expect "validations are told" output 'validation after 4 epochs'
is "without --baselines nothing else is tested" [ -z "$(grep -E 'raw pixels|untrained' <<<"$output")" ]
call train "${tiny_run[@]}" --epochs 1 --baselines --out "$work/baselines"
for row in 'raw pixels, L2' 'untrained network' 'trained network'; do
  expect "the table has: $row" output "^$row +[0-9]"
done
for file in config.toml log.jsonl events.jsonl model.safetensors checkpoint.safetensors results.json \
  ranks.png \
  maps/people_round_1.png maps/cameras_round_2.png; do
  expect "$file is written" file "$run/$file"
done
is "--json writes the same results" cmp "$run/results.json" "$work/copy.json"
# 9 people, 4 a batch: 3 steps an epoch, 6 epochs.
is "the log has a line for every step" [ "$(wc -l <"$run/log.jsonl")" = 18 ]
is "steps count from 0 without a gap" cmp <(seq 0 17) <(sed 's/.*"step":\([0-9]*\).*/\1/' "$run/log.jsonl")
is "every line has epoch, step and loss" \
  [ "$(grep -cE '^\{"epoch":[0-9]+,"step":[0-9]+,"loss":[0-9.e+-]+,.*\}$' "$run/log.jsonl")" = 18 ]
for key in cmc map minp gallery splits em validation seconds commit build_flags instruction_set command \
  data_hash seed; do
  is "results.json has $key" grep -q "^  \"$key\":" "$run/results.json"
done
for rank in 1 5 10 20 30; do
  is "results.json has rank $rank" grep -qE "^    \"$rank\": [0-9.]+" "$run/results.json"
done
is "no number is null" bash -c "! grep -q null '$run/results.json'"
is "the command line is kept" grep -q 'triptych train --image-height 64' "$run/results.json"

call train "${tiny_run[@]}" --threads 2 --out "$work/two"
expect "a run with two threads ends well" status 0
is "two threads give the bits of one" cmp "$run/model.safetensors" "$work/two/model.safetensors"

call train --config "$run/config.toml" --threads 1 --out "$work/again"
expect "the config file of a run starts another" status 0
is "which ends in the same bits" cmp "$run/model.safetensors" "$work/again/model.safetensors"
is "and writes the same config file" cmp "$run/config.toml" "$work/again/config.toml"

call train "${tiny_run[@]}" --seed 2 --out "$work/other"
is "another seed gives other weights" \
  bash -c "! cmp -s '$run/model.safetensors' '$work/other/model.safetensors'"

call train "${tiny_run[@]}" --epochs 0 --out "$work/none"
expect "no epochs: the untrained network is tested" status 0
is "its log is empty" [ ! -s "$work/none/log.jsonl" ]
is "its model is there" [ -s "$work/none/model.safetensors" ]

call train "${tiny_run[@]}" --epochs 2 --split 1-2 --out "$work/splits"
expect "two splits" status 0
expect "the table has deviations" output 'deviation, 2 splits'
expect "each split has a folder" file "$work/splits/split_2/model.safetensors"
is "the results have both" [ "$(grep -c '^      "split": [12],$' "$work/splits/results.json")" -ge 2 ]
is "and the deviation" grep -q '"deviation"' "$work/splits/results.json"

call compare "$run" "$work/other"
expect "two runs on the same test people are compared" status 0
expect "one split has a gain and a p, and no error" output '^rank 1 +[+-][0-9.]+ +- +- +[01]\.[0-9]{4}$'
expect "mAP stands below" output '^mAP +[+-][0-9.]+ .* [01]\.[0-9]{4}$'
expect "the queries are counted" output \
  '12 queries of 12 identities: [0-9]+ found at rank 1 by the first alone'
call compare "$run" "$run"
expect "a run is no better than itself" output '^rank 1 +\+0\.00 +- +- +1\.0000$'
call compare "$work/splits" "$work/splits/split_2"
expect "a run of several splits is compared where both were tested" output '^1 split\.'
call evaluate --model "$run/model.safetensors" --data synthetic:24 --people train --out "$work/elsewhere"
call compare "$run" "$work/elsewhere"
expect "runs on other people are not compared" status 1
expect "... and the first difference is named" message 'cannot be compared: .*split 1'
call compare "$run"
expect "compare needs two runs" message 'compare needs two runs'
call compare "$run" "$work/nowhere"
expect "a run that is not there is named" message 'there is no .*nowhere'
call compare apps/recipes/table1.json:cnn-ernn-hand apps/recipes/table1.json:hand
expect "rows of a table are compared" output '^rank 1 +\+[0-9.]+ +[0-9.]+ +[0-9.]+ +'
call compare apps/recipes/table1.json:hand apps/recipes/table1.json:nobody
expect "a row that is not there is named, and those that are" message \
  'no row nobody in the table, but kissme, '
finish
