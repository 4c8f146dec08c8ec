#!/usr/bin/env bash
# Builds hubroster from the commit this action stands at, and puts it where BINARY says. Is given no token.
set -euo pipefail

version=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml")
if command -v rustup >/dev/null; then
  rustup toolchain install "$version" --profile minimal --no-self-update
  export RUSTUP_TOOLCHAIN=$version
fi
# Outside the repository, so that nothing of the build can be taken for a file of it.
export CARGO_TARGET_DIR=$RUNNER_TEMP/hubroster-build
cargo build --release --locked --bin hubroster --manifest-path "$GITHUB_ACTION_PATH/Cargo.toml"
mkdir -p "$(dirname "$BINARY")"
cp "$CARGO_TARGET_DIR/release/hubroster" "$BINARY"
