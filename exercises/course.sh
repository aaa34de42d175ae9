#!/bin/bash
# course.sh DIR: writes a student's tree into DIR: this one without solutions, wrong answers and the
# instructor's guide. Only files that git knows are taken, and exercises as they are handed out: an answer in
# one of them is an error.
set -uo pipefail
cd "$(dirname "$0")/.."

# --seal: the exercises as they are now are those that are handed out.
if [ "${1:-}" = --seal ]; then
  ls exercises/[1-9]*_*/*.cpp exercises/cuda/*.cu | grep -v '_test\.' \
    | xargs sha256sum >exercises/holes.sha256
  exit
fi
to=${1:-}
[ -n "$to" ] || { echo "course: say where: make course OUT=DIR" >&2; exit 1; }
[ ! -e "$to" ] || [ -z "$(ls -A "$to")" ] \
  || { echo "course: $to is not empty; give a new folder" >&2; exit 1; }
git rev-parse --is-inside-work-tree >/dev/null 2>&1 \
  || { echo "course: this is no git checkout, so it is not known which files belong to it" >&2; exit 1; }
changed=$(sha256sum --quiet -c exercises/holes.sha256 2>/dev/null | sed 's/:.*//' | tr '\n' ' ')
if [ -n "$changed" ]; then
  echo "course: not as it is handed out: $changed(an answer? git checkout restores a file;" \
    "after a change on purpose: exercises/course.sh --seal)" >&2
  exit 1
fi

mkdir -p "$to" || exit 1
git ls-files -z -- . ':!exercises/solutions' ':!exercises/INSTRUCTOR.md' ':!tests/mutation/exercises.sh' \
  ':!tests/mutation/run_exercises.sh' |
  while IFS= read -r -d '' file; do [ -e "$file" ] && printf '%s\0' "$file"; done |
  tar --null -T - -cf - | tar -xf - -C "$to" || exit 1
# What pages say to instructors alone.
find "$to" -name '*.md' -exec sed -i '/<!-- instructor -->/,/<!-- end -->/d' {} +
exercises=$(wc -l <exercises/holes.sha256)
echo "course: $(find "$to" -type f | wc -l) files in $to, $exercises exercises without solutions"
