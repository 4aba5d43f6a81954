#!/usr/bin/env bash
# Installs splitlint into an environment of its own. From action.yml: PYTHON, INSTALL.
set -euo pipefail

: "${RUNNER_TEMP:?}" "${GITHUB_ACTION_PATH:?}" "${PYTHON:=python3}" "${INSTALL:=}"
environment=$RUNNER_TEMP/splitlint

if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "::error title=splitlint::splitlint needs Python 3.11 or newer: use actions/setup-python before it"
    exit 2
fi
"$PYTHON" -m venv "$environment"
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check -- "${INSTALL:-$GITHUB_ACTION_PATH}"
"$environment/bin/splitlint" --version
