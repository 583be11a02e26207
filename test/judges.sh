#!/usr/bin/env bash
# Installs the judges of judges.txt once, also where several ask at the same time, and prints the folder of their programs.
# Needs Python 3.10 and PyPI.
set -euo pipefail
cd "$(dirname "$0")/.."

folder="$PWD/.venv/judges-$(sha256sum test/judges.txt | cut -c1-16)"
mkdir -p .venv
exec 9>"$folder.lock"
flock 9
if [ ! -e "$folder/complete" ]; then
  python3 -m venv --clear "$folder"
  # Python compiles what it loads; nobody loads most of it.
  "$folder/bin/pip" install --quiet --no-compile --disable-pip-version-check --requirement test/judges.txt >&2
  touch "$folder/complete"
fi
echo "$folder/bin"
