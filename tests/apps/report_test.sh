#!/bin/bash
# The page that shows a run: written by train, written again by report, whole without a network, and used in a
# browser where there is one.
. "$(dirname "$0")/cases.sh"
. "$(dirname "$0")/tiny.sh"
driver=$(dirname "$0")/report_driver.js

run=$work/run
call train "${tiny_run[@]}" --baselines --out "$run"
expect "a run to look at" status 0
expect "train writes the page" file "$run/report.html"
expect "and names it" output 'report\.html'
is "a line for every epoch" [ "$(wc -l <"$run/epochs.jsonl")" = 6 ]
expect "the labels of an E step are kept" file "$run/maps/round_2.safetensors"

rm "$run/report.html"
call report "$run/"
expect "report" status 0
expect "report: says where and how large" output 'report\.html: [0-9.]+ MB'
page=$run/report.html
is "the page stays under 15 MB" [ "$(stat -c %s "$page")" -lt 15000000 ]
is "the page loads nothing from elsewhere" bash -c "! grep -qE '(src|href)=\"https?:|@import|url\(' '$page'"
for section in run cmc training em gallery distances embedding looks tape; do
  is "the page has: $section" grep -q "^\"$section\":" "$page"
done
is "and nothing is absent from it" bash -c "! grep -qE '^\"[a-z]+\":\{\"absent\"' '$page'"

mkdir "$work/part"
cp "$run/job.json" "$run/log.jsonl" "$work/part/"
call report "$work/part"
expect "a run that was broken off has a page" status 0
is "which says what is not there" grep -q 'There is no trained network' "$work/part/report.html"
sed -i 's/"data": "synthetic:24"/"data": "nowhere"/' "$work/part/job.json"
call report "$work/part"
expect "a run without its images has a page" status 0
is "which says so" grep -q 'The images cannot be read' "$work/part/report.html"
call report "$work/part" --data synthetic:24
is "--data says where they are now" bash -c "! grep -q 'The images cannot be read' '$work/part/report.html'"

mkdir "$work/table"
echo '{"rows": [{"method": "KISSME", "cmc": {"1": 33.0, "20": 79.0}, "deviation": {"1": 2.0}}]}' \
  >"$work/table/table1.json"
call report "$work/table"
expect "a table has a page" status 0
is "with its curves" grep -q '"name":"KISSME"' "$work/table/report.html"

call report "$work/nowhere"
expect "no folder: an error" status 1
expect "no folder: named" message 'no folder .*nowhere'
mkdir "$work/empty"
call report "$work/empty"
expect "an empty folder: an error" status 1
expect "an empty folder: what to give" message '--out folder'

if browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome); then
  { sed '$d' "$page"; echo "<script>"; cat "$driver"; echo "</script></html>"; } >"$work/driven.html"
  timeout 300 "$browser" \
    --headless --no-sandbox --disable-gpu --disable-extensions --user-data-dir="$work/browser" \
    --enable-logging=stderr --virtual-time-budget=8000 --dump-dom "file://$work/driven.html" >"$work/dom" \
    2>"$work/console"
  sed -n '/<pre id="driver">/,/<\/pre>/p' "$work/dom" | grep -E '^(ok|FAILED)' | tee "$work/driver"
  is "the page was used" grep -q '^ok' "$work/driver"
  is "the browser's console is quiet" bash -c "! grep ':CONSOLE' '$work/console'"
  failures=$((failures + $(grep -c '^FAILED' "$work/driver")))
else
  skip "no chromium: the report was not opened in a browser"
fi
finish
