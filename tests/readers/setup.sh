#!/bin/sh
# Makes the Python environment of the reader tests under .venv/readers with the pinned versions. Does nothing when it is
# already there with the same pins. Prints the interpreter's path.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
environment="$here/../../.venv/readers"
stamp="$environment/requirements.txt"
if ! cmp -s "$here/requirements.txt" "$stamp"; then
  rm -rf "$environment"
  python3 -m venv "$environment" >&2
  "$environment/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt" >&2
  # Its chat templates are read as files; what it trains with would be gigabytes.
  "$environment/bin/pip" install --quiet --disable-pip-version-check --no-deps trl==1.16.0 >&2
  cp "$here/requirements.txt" "$stamp"
fi
echo "$environment/bin/python"
