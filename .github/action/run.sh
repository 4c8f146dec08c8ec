#!/usr/bin/env bash
# Runs one command of hubroster as a step of a workflow. Everything comes in by variables of the environment, as
# action.yml names them; everything goes out by GITHUB_OUTPUT and GITHUB_STEP_SUMMARY.
set -euo pipefail

here=$(dirname "${BASH_SOURCE[0]}")

say() { printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; }
fail() { printf '::error::%s\n' "$1"; exit 1; }

# A switch that is neither on nor off must not be taken for off.
is_on() {
  case $2 in
    true) return 0 ;;
    false | '') return 1 ;;
    *) fail "\`$1\` is \`true\` or \`false\`" ;;
  esac
}

# Runs hubroster, says what it ended with, and goes on where that is one of the codes allowed.
hubroster() {
  local allowed=$1 code=0
  shift
  "$HUBROSTER" "$@" || code=$?
  say exit-code "$code"
  case " $allowed " in
    *" $code "*) last_code=$code ;;
    *) exit "$code" ;;
  esac
}

portal=()
if is_on sandbox "$SANDBOX"; then portal+=(--sandbox); fi
mask=()
if is_on mask "$MASK"; then mask+=(--mask); fi

# Shown three times: in the log with annotations, in the summary of the run, and where it is reviewed.
show() {
  "$HUBROSTER" show "$plan" "${mask[@]}" --format markdown >>"$GITHUB_STEP_SUMMARY"
  say plan "$plan"
  # Written by hubroster itself a moment ago, one key a line.
  say digest "$(sed -n 's/^  "digest": "\(sha256:[0-9a-f]*\)",*$/\1/p' "$plan")"
  if [ "$last_code" = 2 ]; then say has-changes true; else say has-changes false; fi
}

plan=${PLAN:-${RUNNER_TEMP:-/tmp}/hubroster-plan.json}
outputs=()
if [ -n "$HTML" ]; then outputs+=(--output "html=$HTML"); fi

case $COMMAND in
  install)
    "$HUBROSTER" --version
    ;;
  validate)
    hubroster 0 validate "$DIRECTORY" --format github
    ;;
  pull-request)
    bash "$here/take-pull-request.sh"
    ;;
  plan)
    if [ -n "$BASE" ]; then portal+=(--base "$BASE"); fi
    hubroster "0 2" plan "$DIRECTORY" "${portal[@]}" "${mask[@]}" --detailed-exitcode --out "$plan" --format github "${outputs[@]}"
    show
    if [ -n "$COMMENT" ]; then
      comment=("$plan" --pull-request "$COMMENT")
      if [ -n "$HEAD" ]; then comment+=(--head "$HEAD"); fi
      if [ -n "$CHECK" ]; then comment+=(--check "$CHECK"); fi
      "$HUBROSTER" comment "${comment[@]}" "${mask[@]}"
    fi
    ;;
  drift)
    hubroster "0 2" drift "$DIRECTORY" "${portal[@]}" "${mask[@]}" --out "$plan" --format github "${outputs[@]}"
    show
    if [ -n "$ISSUE" ]; then
      "$HUBROSTER" comment "$plan" --issue "$ISSUE" "${mask[@]}"
    fi
    ;;
  apply)
    [ -n "$EXPECT_DIGEST" ] || fail "\`apply\` needs \`expect-digest\`: what was approved"
    if [ -n "$BRANCH" ]; then bash "$here/is-newest.sh"; fi
    what=("$DIRECTORY")
    if [ -n "$PLAN" ]; then what=("$PLAN" --dir "$DIRECTORY"); fi
    acknowledged=()
    if [ -n "$ACK_REMOVALS" ]; then acknowledged+=(--ack-removals "$ACK_REMOVALS"); fi
    if [ -n "$ACK_RAISES" ]; then acknowledged+=(--ack-raises "$ACK_RAISES"); fi
    {
      printf '```\n'
      hubroster 0 apply "${what[@]}" "${portal[@]}" "${acknowledged[@]}" --yes --expect-digest "$EXPECT_DIGEST" 2>&1
      printf '```\n'
    } | tee -a "$GITHUB_STEP_SUMMARY"
    ;;
  *)
    fail "\`command\` is one of install, validate, pull-request, plan, drift and apply"
    ;;
esac
