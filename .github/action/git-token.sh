#!/usr/bin/env bash
# Sourced before git fetches: gives it the job's token, for private repositories. By the environment, so that the token
# stands in no argument and in no file; the checkout keeps none (`persist-credentials: false`).

if [ -n "${GITHUB_TOKEN:-}" ]; then
  GIT_CONFIG_COUNT=1
  GIT_CONFIG_KEY_0=http.${GITHUB_SERVER_URL:-https://github.com}/.extraheader
  GIT_CONFIG_VALUE_0="AUTHORIZATION: basic $(printf 'x-access-token:%s' "$GITHUB_TOKEN" | base64 | tr -d '\n')"
  export GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0
fi
