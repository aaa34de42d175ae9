#!/bin/bash
# What a person sees who looks inside: gradcheck with its planted mistakes, the tape of a step, one picture's way.
. "$(dirname "$0")/cases.sh"
. "$(dirname "$0")/tiny.sh"

# gradcheck
call gradcheck --op relu --json "$work/relu.json"
expect "gradcheck --op" status 0
expect "gradcheck: the formula" output '^relu .* ok +y = max\(0, x\)$'
expect "gradcheck: the worst element, always" output 'worst at input 0, element \[[0-9]+, [0-9]+\]: backward says [-0-9.]+, differences say'
expect "gradcheck: the elements around it" output '^--> \[[0-9]+, [0-9]+\]'
expect "gradcheck: what it means" output 'How to read this'
expect "gradcheck --json" file "$work/relu.json"
call gradcheck --op sponge
expect "gradcheck: an unknown op is an error" status 1
expect "gradcheck: and the ops are listed" message "no op 'sponge'.*relu"
call gradcheck --break relu
expect "gradcheck --break: a mistake that is found is a success" status 0
expect "gradcheck --break: says what is planted" output 'Planted in the backward of relu: .*right is'
expect "gradcheck --break: the op itself is right" output '^relu .* ok '
expect "gradcheck --break: the broken one is not" output '^relu, broken .* FAILED '
# Where x < 0 the slope is 0, and the broken backward lets dy through.
expect "gradcheck --break: element by element" output '\] +-[0-9.]+ +-?[0-9.]+[1-9][0-9]* +0\.000000  wrong$'
call gradcheck --break all
expect "gradcheck --break all" status 0
is "gradcheck --break all: every one is found" [ "$(grep -c FAILED <<<"$output")" = "$(grep -c '^Planted' <<<"$output")" ]
call gradcheck --break sponge
expect "gradcheck --break: what can be broken is listed" message "sponge.*relu.*batch_norm"
call gradcheck --break relu --op relu
expect "gradcheck --break goes alone" message 'leave out --op'
finish
