#!/bin/bash
# What the READMEs name is there: links lead somewhere, `files` exist (seen from the page, from the root, or
# in a folder below the page), `--options` are options of the program, `commands` of triptych are commands,
# and `identifiers` occur in the sources. In a list under "shortest path", an identifier must occur in a file
# that its own item names. Code blocks are left out: readme_commands_test.sh runs them.
. "$(dirname "$0")/cases.sh"

mapfile -t pages < <(
  find . -name README.md -not -path './build/*' -not -path './runs/*' | sed 's|^\./||' | sort
  echo CONTRIBUTING.md
)
rooms="kernels engine layers drawing datasets reid apps exercises tests"
mapfile -t files < <(find $rooms Makefile CITATION.cff LICENSE CONTRIBUTING.md README.md .ci -type f)
declare -A words=() by_name=()
while read -r word; do words[$word]=1; done \
  < <(grep -rhoIE '[A-Za-z_][A-Za-z0-9_]*' --exclude='*.md' $rooms Makefile .ci .clang-format | sort -u)
for file in "${files[@]}"; do
  name=${file##*/}
  by_name[$name]+=" $file" words[${name%.*}]=1
done

help=$("$program" --help 2>&1)
mapfile -t commands < <(sed -n '/Subcommands/,$s/^  \([a-z][a-z0-9]*\) .*/\1/p' <<<"$help")
for command in "${commands[@]}"; do help+=$("$program" "$command" --help 2>&1); done

wrong() {
  failures=$((failures + 1))
  echo "FAILED $page:$line: $1"
}
# A string that stands somewhere in the sources: names of files that the program writes, options of tools.
in_sources() { grep -rqIF --exclude='*.md' -e "$1" $rooms Makefile; }

count_files=0 count_words=0 count_options=0 count_links=0
item="" # of a list under "shortest path": its text so far

check_file() {
  local name=${1%%:[0-9]*} number="" folder=${page%/*} file
  [[ $1 =~ :([0-9]+)$ ]] && number=${BASH_REMATCH[1]}
  [ "$folder" = "$page" ] && folder=.
  case $name in
    build/* | runs/* | /* | people/*) return ;; # made by commands
  esac
  [[ $name =~ (^|/)[A-Z]+[_/] ]] && return # PERSON_CAMERA.png: a rule for names
  count_files=$((count_files + 1))
  local place found=""
  for place in "$folder/$name" "$name"; do
    compgen -G "$place" >/dev/null && found=$place && break
  done
  if [ -z "$found" ]; then
    for file in ${by_name[${name##*/}]:-}; do
      [[ $file = "$folder"/*"${name#../}" || ($folder = . && $file = *"/$name") ]] && found=$file && break
    done
  fi
  # Names without an ending are folders or modules: engine/file may mean file.h; files that a run writes are
  # in the sources.
  [ -z "$found" ] && compgen -G "$folder/$name.*" >/dev/null && found=$name
  if [ -z "$found" ]; then
    in_sources "${name##*/}" || wrong "there is no file $name"
  elif [ -n "$number" ] && [ "$(wc -l <"$found")" -lt "$number" ]; then
    wrong "$found has no line $number"
  fi
}

check_word() {
  count_words=$((count_words + 1))
  [ -n "${words[$1]:-}" ] || wrong "nothing in the sources is called $1"
}

check_option() {
  local option=${1%%[= ]*}
  count_options=$((count_options + 1))
  grep -qE -- "(^|[ ,])$option([ ,=:{]|$)" <<<"$help" || in_sources "$option" \
    || wrong "there is no option $option"
}

identifier='^[A-Za-z_][A-Za-z0-9_]*((::|\.|->)[A-Za-z_][A-Za-z0-9_]*)*(\([^()]*\))?$'
ending='\.(cpp|h|inl|cu|cuh|sh|mk|js|css|html|py|md|toml|json|jsonl|csv|png|svg|npy'
ending+='|safetensors|cff)(:[0-9]+)?$'
check_span() {
  local span=$1 token
  if [[ $span =~ ^(build/)?triptych\ ([a-z0-9]+) ]]; then
    [[ " ${commands[*]} " = *" ${BASH_REMATCH[2]} "* ]] || wrong "triptych has no command ${BASH_REMATCH[2]}"
  fi
  [[ $span = nvcc\ * ]] && return
  for token in $span; do
    [[ $token =~ ^--[a-z][a-z0-9-]+ ]] && check_option "${BASH_REMATCH[0]}"
  done
  [[ $span = *" "* ]] && return
  if [[ $span =~ ^([A-Z_]+)=(.*)$ ]]; then
    check_word "${BASH_REMATCH[1]}"
    span=${BASH_REMATCH[2]}
    [[ $span =~ $ending ]] || return
  fi
  if [[ $span =~ $ending || ($span = */* && $span =~ ^[A-Za-z0-9_./*-]+$) ]]; then
    check_file "$span"
  elif [[ $span =~ $identifier ]]; then
    local name=${span%%(*}
    name=${name//::/ } name=${name//->/ } name=${name//./ }
    for token in $name; do
      [ ${#token} -gt 2 ] && check_word "$token"
    done
  fi
}

# The identifiers of a list's item occur in the files that it names, or in the header or source of the same
# name.
check_item() {
  local text=$1 span found file names=() idents=() folder=${page%/*}
  local item='\]\(([^) ]+\.[a-z]+)\)|([A-Za-z0-9_./]+\.(cpp|h|cu|cuh|js))'
  item+='|`([A-Za-z_][A-Za-z0-9_:]*)(\([^`]*\))?`'
  [ "$folder" = "$page" ] && folder=.
  while [[ $text =~ $item ]]; do
    span=${BASH_REMATCH[1]}${BASH_REMATCH[2]}
    if [ -n "$span" ]; then
      names+=("$span")
    else
      idents+=("${BASH_REMATCH[4]##*::}")
    fi
    text=${text#*"${BASH_REMATCH[0]}"}
  done
  [ ${#names[@]} -eq 0 ] && return
  local places=()
  for file in "${names[@]}"; do
    for found in "$folder/$file" "$file"; do
      [ -f "$found" ] && places+=("${found%.*}".*)
    done
  done
  [ ${#places[@]} -eq 0 ] && return
  for span in "${idents[@]}"; do
    [ ${#span} -gt 2 ] && { grep -qw -- "$span" "${places[@]}" || wrong "$span is not in ${names[*]}"; }
  done
}

for page in "${pages[@]}"; do
  line=0 inside=no path_section=no item=""
  while IFS= read -r text; do
    line=$((line + 1))
    if [[ $text =~ ^\ *\`\`\` ]]; then
      [ $inside = no ] && inside=yes || inside=no
      continue
    fi
    [ $inside = yes ] && continue
    # An item ends where the next one, a heading or an empty line begins.
    if [[ $text =~ ^([0-9]+\.|#|$) ]]; then
      [ -n "$item" ] && check_item "$item"
      item=""
    fi
    if [[ $text = "#"* ]]; then
      [[ $text =~ [Ss]hortest\ path|[Rr]ead\ first|Where\ to\ read ]] && path_section=yes || path_section=no
    elif [ $path_section = yes ] && [[ -n $item || $text =~ ^[0-9]+\. ]]; then
      item+=" $text"
    fi
    # Four columns further in is code, unless it goes on with a list.
    [[ $text = "    "* ]] && continue
    rest=$text
    while [[ $rest =~ \]\(([^\)\ ]+)\) ]]; do
      target=${BASH_REMATCH[1]} rest=${rest#*"${BASH_REMATCH[0]}"}
      [[ $target = http* || $target = "#"* ]] && continue
      count_links=$((count_links + 1))
      folder=$(dirname "$page")
      [ -e "$folder/${target%%#*}" ] || wrong "the link $target leads nowhere"
    done
    [[ $text = *'``'* ]] && continue # a span that quotes a fence
    rest=$text prose=""
    while [[ $rest =~ ^([^\`]*)\`([^\`]+)\` ]]; do
      prose+="${BASH_REMATCH[1]} " span=${BASH_REMATCH[2]} rest=${rest#"${BASH_REMATCH[0]}"}
      check_span "$span"
    done
    prose+=$rest
    while [[ $prose =~ \[[^]]*\]\([^\)]*\) ]]; do prose=${prose/"${BASH_REMATCH[0]}"/}; done
    while [[ $prose =~ (^|[\ \(|,])([A-Za-z0-9_/.]+\.(cpp|h|cu|cuh|sh|mk|js|css))($|[^A-Za-z]) ]]; do
      name=${BASH_REMATCH[2]} prose=${prose#*"${BASH_REMATCH[2]}"}
      check_file "$name"
    done
  done <"$page"
  [ -n "$item" ] && check_item "$item"
done
[ $failures -eq 0 ] && echo "ok ${#pages[@]} pages: $count_links links, $count_files files," \
  "$count_words identifiers and $count_options options are there"
finish
