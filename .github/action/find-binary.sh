#!/usr/bin/env bash
# Where hubroster is, and whether it has to be built: BINARY names one that is there already; otherwise it is that of
# the commit this action stands at.
set -euo pipefail

say() { printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; }

if [ -n "${BINARY:-}" ]; then
  [ -x "$BINARY" ] || { printf '::error::%s\n' "there is no program at the place that \`binary\` names" >&2; exit 1; }
  say binary "$BINARY"
  say build false
  exit 0
fi

# What it is built from, file by file, so that another source is another program.
key=$(cd "$GITHUB_ACTION_PATH" && find src Cargo.toml Cargo.lock -type f -print0 | LC_ALL=C sort -z |
  xargs -0 cksum | cksum | tr ' ' '-')
folder=$HOME/.cache/hubroster/$key
say binary "$folder/hubroster"
say folder "$folder"
say key "$key"
if [ -x "$folder/hubroster" ]; then say build false; else say build true; fi
