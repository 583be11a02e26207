#!/usr/bin/env bash
# cfn-lint, AWS's own judge of templates, looks at those of all combinations of options. Needs Python 3.10 and PyPI.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

# CDK is compiled once for all who load it.
export NODE_COMPILE_CACHE="$PWD/node_modules/.cache/rollcall"
judges="$(test/judges.sh)"
node_modules/.bin/node test/infra/writeTemplates.ts "$folder/templates" 2>"$folder/warnings"
"$judges/python" test/infra/lint_templates.py "$folder/templates"
