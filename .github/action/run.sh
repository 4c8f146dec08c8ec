#!/usr/bin/env bash
# Runs one command of hubroster as a step of a workflow. Everything comes in by variables of the environment, as
# action.yml names them; everything goes out by GITHUB_OUTPUT and GITHUB_STEP_SUMMARY.
set -euo pipefail

here=$(dirname "${BASH_SOURCE[0]}")

say() { printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; }
fail() { printf '::error::%s\n' "$1"; exit 1; }

# A switch that is neither on nor off must not be taken for off.
for switch in SANDBOX MASK ONLY_CHANGED; do
  case ${!switch} in
    true | false | '') ;;
    *) fail "\`$(printf '%s' "$switch" | tr '[:upper:]_' '[:lower:]-')\` is \`true\` or \`false\`" ;;
  esac
done

plan=${PLAN:-$RUNNER_TEMP/hubroster-plan.json}

# What all commands that plan take.
portal_arguments() {
  if [ "$SANDBOX" = true ]; then arguments+=(--sandbox); fi
}
mask_arguments() {
  if [ "$MASK" = true ]; then arguments+=(--mask); fi
}

# Shows the plan with annotations in the log, in the summary of the run, and says what is to be known of it.
make_plan() {
  portal_arguments
  mask_arguments
  arguments+=(--out "$plan" --format github)
  if [ -n "$HTML" ]; then arguments+=(--output "html=$HTML"); fi
  local code=0
  "$HUBROSTER" "${arguments[@]}" || code=$?
  say exit-code "$code"
  case $code in
    0) say has-changes false ;;
    2) say has-changes true ;;
    *) exit "$code" ;;
  esac
  say plan "$plan"
  arguments=(show "$plan")
  mask_arguments
  "$HUBROSTER" "${arguments[@]}" --format markdown >>"$GITHUB_STEP_SUMMARY"
  # One key a line. Of a masked plan it is the masked one, which confirms no guess at what the plan says.
  say digest "$("$HUBROSTER" "${arguments[@]}" --format json | sed -n 's/^  "digest": "\([a-z0-9:-]*\)",*$/\1/p')"
}

case $COMMAND in
  install)
    "$HUBROSTER" --version
    ;;
  validate)
    code=0
    "$HUBROSTER" validate "$DIRECTORY" --format github || code=$?
    say exit-code "$code"
    exit "$code"
    ;;
  pull-request)
    exec bash "$here/take-pull-request.sh"
    ;;
  plan)
    arguments=(plan "$DIRECTORY" --detailed-exitcode)
    if [ -n "$BASE" ]; then arguments+=(--base "$BASE"); fi
    make_plan
    if [ -n "$COMMENT" ]; then
      arguments=(comment "$plan" --pull-request "$COMMENT")
      if [ -n "$HEAD" ]; then arguments+=(--head "$HEAD"); fi
      if [ -n "$CHECK" ]; then arguments+=(--check "$CHECK"); fi
      mask_arguments
      "$HUBROSTER" "${arguments[@]}"
    fi
    ;;
  comment)
    text=$RUNNER_TEMP/hubroster-comment.md
    printf '%s\n' "$BODY" >"$text"
    arguments=(comment --body "$text" --name "$NAME")
    if [ -n "$COMMENT" ]; then arguments+=(--pull-request "$COMMENT"); fi
    if [ -n "$HEAD" ]; then arguments+=(--head "$HEAD"); fi
    "$HUBROSTER" "${arguments[@]}"
    ;;
  drift)
    arguments=(drift "$DIRECTORY")
    make_plan
    if [ -n "$ISSUE" ]; then
      arguments=(comment "$plan" --issue "$ISSUE")
      mask_arguments
      "$HUBROSTER" "${arguments[@]}"
    fi
    ;;
  apply)
    [ -n "$EXPECT_DIGEST" ] || fail "\`apply\` needs \`expect-digest\`: the digest of the plan that was approved"
    if [ -n "$BRANCH" ]; then bash "$here/is-newest.sh"; fi
    if [ -n "$PLAN" ]; then arguments=(apply "$PLAN" --dir "$DIRECTORY"); else arguments=(apply "$DIRECTORY"); fi
    arguments+=(--yes --expect-digest "$EXPECT_DIGEST")
    if [ -n "$ACK_REMOVALS" ]; then arguments+=(--ack-removals "$ACK_REMOVALS"); fi
    if [ -n "$ACK_RAISES" ]; then arguments+=(--ack-raises "$ACK_RAISES"); fi
    portal_arguments
    mask_arguments
    said=$RUNNER_TEMP/hubroster-apply.txt
    code=0
    "$HUBROSTER" "${arguments[@]}" 2>&1 | tee "$said" || code=$?
    say exit-code "$code"
    {
      printf '<pre>\n'
      sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g' "$said"
      printf '</pre>\n'
    } >>"$GITHUB_STEP_SUMMARY"
    exit "$code"
    ;;
  *)
    fail "\`command\` is one of install, validate, pull-request, plan, comment, drift and apply"
    ;;
esac
