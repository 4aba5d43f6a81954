#!/usr/bin/env bash
# Runs splitlint and writes its reports. From action.yml: PATHS, SINCE, BASE, ARGUMENTS, ANNOTATIONS, SUMMARY, SARIF, FAIL.
set -euo pipefail

: "${RUNNER_TEMP:?}" "${GITHUB_OUTPUT:?}" "${GITHUB_STEP_SUMMARY:=/dev/null}"
: "${PATHS:=.}" "${SINCE:=}" "${BASE:=}" "${ARGUMENTS:=}"
: "${ANNOTATIONS:=true}" "${SUMMARY:=true}" "${SARIF:=false}" "${FAIL:=true}"
splitlint=${SPLITLINT:-$RUNNER_TEMP/splitlint/bin/splitlint}

# One argument per line, and no other character means anything.
lines() { mapfile -t "$1" < <(printf '%s\n' "$2" | sed -e 's/\r$//' -e '/^[[:space:]]*$/d'); }
declare -a paths arguments since=()
lines paths "$PATHS"
lines arguments "$ARGUMENTS"

has_common_history() {
    local commit
    commit=$(git rev-parse --verify --quiet --end-of-options "$1^{commit}") && git merge-base "$commit" HEAD >/dev/null
}

# A checkout has one commit unless it was told otherwise. Of a pull request, HEAD is a merge whose parent is the base.
fetch_history() {
    has_common_history "$1" && return
    local head depth
    head=$(git rev-parse HEAD)
    for depth in --depth=2 --unshallow; do
        if [ "$(git rev-parse --is-shallow-repository)" = true ]; then
            git fetch --quiet --no-tags "$depth" origin "$head" 2>/dev/null || true
            has_common_history "$1" && return
        fi
    done
    git fetch --quiet --no-tags -- origin "$1" 2>/dev/null || true
    has_common_history "$1"
}

if [ "$SINCE" = auto ]; then SINCE=$BASE; fi
if [ -n "$SINCE" ]; then
    if fetch_history "$SINCE"; then
        since=("--since=$SINCE")
    else
        echo "::warning title=splitlint::the history of the base is not here, so everything is checked:" \
            "set fetch-depth of actions/checkout to 0"
    fi
fi

run() { "$splitlint" check "${since[@]}" "${arguments[@]}" "$@" -- "${paths[@]}"; }

code=0
run || code=$?
echo "exit-code=$code" >>"$GITHUB_OUTPUT"
if [ "$code" -ge 2 ]; then
    echo "::error title=splitlint::something could not be checked: see the log of this step"
fi
# Reports of the same findings: what went wrong was said above.
if [ "$code" -ge 1 ] && [ "$ANNOTATIONS" = true ]; then
    run --format=github --exit-zero 2>/dev/null || true
fi
if [ "$code" -ge 1 ] && [ "$SUMMARY" = true ]; then
    run --format=markdown --exit-zero 2>/dev/null >>"$GITHUB_STEP_SUMMARY" || true
fi
if [ "$SARIF" = true ]; then
    run --format=sarif --exit-zero --output="$RUNNER_TEMP/splitlint.sarif" 2>/dev/null || true
    if [ -s "$RUNNER_TEMP/splitlint.sarif" ]; then
        echo "sarif=$RUNNER_TEMP/splitlint.sarif" >>"$GITHUB_OUTPUT"
    fi
fi
if [ "$code" -eq 1 ] && [ "$FAIL" != true ]; then
    code=0
fi
exit "$code"
