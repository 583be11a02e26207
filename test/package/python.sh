#!/usr/bin/env bash
# A client for Python, generated from lib/docs/directory.openapi.json by a public generator, reads a user from the local server with
# an application key. Needs Python 3.10 and PyPI. Ends with what it read.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"

folder="$(mktemp -d)"
server=""
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT

judges="$(test/judges.sh)"
export PATH="$judges:$PATH"
openapi-python-client generate --path lib/docs/directory.openapi.json --output-path "$folder/client" --meta none

mkfifo "$folder/started"
node bin/local.ts --port 0 --data "$folder/data" --json >"$folder/started" 2>"$folder/log" &
server="$!"
read -r started <"$folder/started"
member() { node -e 'console.log(JSON.parse(process.argv[1])[process.argv[2]])' "$started" "$1"; }
curl -sSf -o "$folder/user" -H "Authorization: Bearer $(member token)" -H "Content-Type: application/json" \
  "$(member tenantUrl)/Users" -d '{ "userName": "ada@example.com", "emails": [{ "type": "work", "value": "ada@example.com" }] }'
node bin/rollcall.ts app-key create --scope directory.read --key-file "$folder/key" --data "$folder/data" >"$folder/made"

cd "$folder"
python - "$(member url)/app/v1" "$(cat "$folder/key")" <<'PYTHON'
import sys
from client import AuthenticatedClient
from client.api.default import get_user, list_users

client = AuthenticatedClient(base_url=sys.argv[1], token=sys.argv[2])
[listed] = list_users.sync("acme", client=client).users
user = get_user.sync("acme", listed.id, client=client)
assert user.user_name == "ada@example.com" and user.emails[0].value == user.user_name, user
print(f"Python read {user.user_name}, version {user.version}")
PYTHON
