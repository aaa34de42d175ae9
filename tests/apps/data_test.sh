. tests/apps/cases.sh

call data synthetic:4 --out "$work/people" --pairs "$work/pairs.png" --json "$work/people.json"
expect "synthetic people are saved" status 0
expect "... and counted" output 'people +4 seen'
expect "... as images" file "$work/people/cam_b/img_0004.png"
expect "... with splits" file "$work/people/partition_10trials.json"
expect "a sheet of pairs is drawn" file "$work/pairs.png"
expect "the summary is written as JSON" file "$work/people.json"

call data "$work/people"
expect "what was saved is recognised" output 'layout +PRID-450S'
expect "... with its sizes" output '256 x 128 \(8\)'

call data "$work/people" --out "$work/copy"
expect "--out is for synthetic people" status 1
expect "... and says so" message 'synthetic people'

call data synthetic:3 --frames 4 --out "$work/walks" --pairs "$work/walks.png"
expect "people who walk are saved" status 0
expect "... as sequences" output 'sequences +6, with 4 to 4 frames'
expect "... in the layout of iLIDS-VID" file "$work/walks/sequences/cam2/person003/cam2_person003_00004.png"
expect "... and drawn as film strips" file "$work/walks.png"

call data "$work/walks"
expect "saved walks are recognised" output 'layout +iLIDS-VID'
expect "... with their sequences" output 'sequences +6, with 4 to 4 frames'

call data "$work/walks" --frames 4
expect "--frames is for synthetic people" message 'leave --frames out'

call data "$work/nowhere"
expect "a missing folder is an error" status 1
expect "... that names it and the way out" message 'no folder .*nowhere.*synthetic:PEOPLE'

call data "$work"
expect "an unknown layout lists those that are understood" message 'Market-1501'

call data synthetic:4,fog=1
expect "an unknown knob is named" message 'fog=1.*blur'

head -c 3000 "$work/people/cam_a/img_0002.png" >"$work/part"
mv "$work/part" "$work/people/cam_a/img_0002.png"
call data "$work/people"
expect "an image that is cut off is an error" status 1
expect "... by name" output 'img_0002.png: the file is cut off'

call data --help
expect "the help has an example" output 'triptych data synthetic:100'

finish
