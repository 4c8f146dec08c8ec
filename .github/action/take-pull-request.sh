#!/usr/bin/env bash
# Lays the portal directory of the pull request that a `workflow_run` is about over this checkout of the default
# branch, as data.
#
# A pull request may come from anybody, and the job that runs this has secrets. So nothing of it is ever run, built or
# sourced: program, action and workflow are those of the default branch. Of its files `users.yaml` and `roles/` alone
# are taken, out of git's store, and only plain ones of moderate size: a link could point at a secret. Which pull request
# it is comes from GitHub, and is held against the commit in the event; nothing that the pull request's own run wrote
# down is believed.
#
# What it would be once merged is taken, not the tip of its branch: whoever branched off last month takes nothing back
# that was merged since.
set -euo pipefail

# shellcheck source=git-token.sh
. "$(dirname "${BASH_SOURCE[0]}")/git-token.sh"

most_bytes=20000000

say() { printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; }
fail() { printf '::error::%s\n' "$1"; exit 1; }
nothing_to_do() {
  printf '::notice::%s\n' "$1"
  say pull-request ""
  exit 0
}

head=$EVENT_HEAD
[[ $head =~ ^[0-9a-f]{40,64}$ ]] || fail "\`pull-request\` works on \`workflow_run\` alone, whose event names a commit"

# Where the pull request comes from a fork the event does not say which one it is. A branch has one at most.
number=$(gh api --method GET "repos/$GITHUB_REPOSITORY/pulls" -f state=open -f "base=$DEFAULT_BRANCH" \
  -f "head=$EVENT_OWNER:$EVENT_BRANCH" --jq '.[0].number // empty')
if [ -z "$number" ]; then
  nothing_to_do "there is no open pull request from this branch any more"
fi
[[ $number =~ ^[0-9]+$ ]] || fail "GitHub's answer names no pull request"
# Said before anything can go wrong, so that the pull request can be told.
say pull-request "$number"

# GitHub merges for itself in order to know whether it could, and takes a moment for it. It stays at an older commit, or
# is not there at all, where there is a conflict.
merge=
for _ in 1 2 3 4 5; do
  if [ -n "$(git ls-remote origin "refs/pull/$number/merge")" ]; then
    git fetch --quiet --no-tags --depth=2 origin "+refs/pull/$number/merge:refs/hubroster/merge"
    merge=$(git rev-parse refs/hubroster/merge)
    if [ "$(git rev-parse "$merge^2")" = "$head" ]; then break; fi
  fi
  merge=
  sleep "${PAUSE:-3}"
done
if [ -z "$merge" ]; then
  nothing_to_do "pull request $number cannot be merged as it is; mend the conflict, and it is planned"
fi
base=$(git rev-parse "$merge^1")

prefix=${DIRECTORY#./}
prefix=${prefix%/}/
if [ "$prefix" = ./ ]; then prefix=; fi

if [ "$ONLY_CHANGED" = true ] && git diff --quiet "$base" "$merge" -- "$DIRECTORY/users.yaml" "$DIRECTORY/roles"; then
  nothing_to_do "pull request $number changes nothing in $DIRECTORY"
fi

# Twice over the same list: looked at first, and written once all of it is well.
files=$(mktemp)
trap 'rm -f "$files"' EXIT
git ls-tree -r -z --full-tree "$merge" -- "${prefix}users.yaml" "${prefix}roles" >"$files"
bytes=0
while IFS=$'\t' read -r -d '' entry path; do
  read -r mode _ object <<<"$entry"
  name=${path#"$prefix"}
  shown=$(printf '%q' "$name")
  [[ $name =~ ^(users\.yaml|roles/[A-Za-z0-9._-]+)$ ]] || fail "$shown is no file of a portal directory; nothing was taken"
  [[ $mode == 100644 || $mode == 100755 ]] || fail "$shown is no plain file; nothing was taken"
  bytes=$((bytes + $(git cat-file -s "$object")))
  [ "$bytes" -le "$most_bytes" ] || fail "the files are larger than $most_bytes bytes; nothing was taken"
done <"$files"

rm -rf -- "$DIRECTORY/users.yaml" "$DIRECTORY/roles"
mkdir -p -- "$DIRECTORY/roles"
while IFS=$'\t' read -r -d '' entry path; do
  read -r _ _ object <<<"$entry"
  git cat-file blob "$object" >"$DIRECTORY/${path#"$prefix"}"
done <"$files"

say base "$base"
printf 'the files of pull request %s at %s, merged into %s\n' "$number" "$head" "$base"
