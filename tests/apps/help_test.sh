#!/bin/bash
# Every command explains itself, with an example.
. "$(dirname "$0")/cases.sh"

call --help
expect "the program's help succeeds" status 0
commands="demo train evaluate compare rank index embed export features report verify explain"
commands="$commands patches tape data gradcheck bench devices machines cuda"
for command in $commands; do
  expect "the program's help names $command" output "^  $command "
done
for command in $commands; do
  call "$command" --help
  expect "$command --help succeeds" status 0
  expect "$command --help shows an example" output "^ +triptych $command|^Example: triptych $command"
done

# A default as CLI11 2.3 prints it, or as 2.4 does.
call train --help
expect "a number's default is shown" output '--epochs INT(=[0-9]+| \[[0-9]+\])'
expect "the names of a choice are shown" output '--patches grid\|rows'
expect "a switch can be switched off" output '--no-batch-norm'

call
expect "no command at all is a wrong command line" status 2
expect "and says what to do" message 'triptych --help'
call juggle
expect "an unknown command is a wrong command line" status 2
call train --epoch 3
expect "an unknown option is a wrong command line" status 2
expect "and is named" message '--epoch'
expect "and help is offered" message 'triptych train --help'
finish
