#!/bin/sh
# Makes the Python environment of the trainer tests under .venv/trainers with the pinned versions: about 6 GB, because
# the torch of PyPI brings the libraries of graphics cards with it. Does nothing when it is there already with the same
# pins. Prints the interpreter's path.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
environment="$here/../../.venv/trainers"
stamp="$environment/requirements.txt"
if ! cmp -s "$here/requirements.txt" "$stamp"; then
  rm -rf "$environment"
  python3 -m venv "$environment" >&2
  "$environment/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt" >&2
  # These three want older versions of the libraries that they share; their readers of rows work with these.
  "$environment/bin/pip" install --quiet --disable-pip-version-check --no-deps \
    verl==0.9.1 llamafactory==0.9.5 axolotl==0.19.0 >&2
  cp "$here/requirements.txt" "$stamp"
fi
echo "$environment/bin/python"
