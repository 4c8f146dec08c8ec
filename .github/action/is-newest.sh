#!/usr/bin/env bash
# Refuses where the portal directory DIRECTORY on BRANCH is another one than in this checkout: an approval that came
# late, or the re-run of an old workflow, must not bring back what was changed since. Other files do not matter.
set -euo pipefail

# shellcheck source=git-token.sh
. "$(dirname "${BASH_SOURCE[0]}")/git-token.sh"

git fetch --quiet --no-tags origin "+refs/heads/$BRANCH:refs/hubroster/branch"
if ! git diff --quiet HEAD refs/hubroster/branch -- "$DIRECTORY/users.yaml" "$DIRECTORY/roles"; then
  printf '::error::%s\n' "\`$BRANCH\` has other files by now, and nothing was changed; approve the run of the newest ones"
  exit 7
fi
