"""Holds what test/support/webhookVectors.ts prints against the public client of Standard Webhooks for Python."""

import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

vectors = json.load(sys.stdin)
wrong = []
for vector in vectors:
    try:
        found = Webhook(vector["secret"]).verify(vector["body"], vector["headers"])
        verified = found == json.loads(vector["body"])
    except WebhookVerificationError:
        verified = False
    if verified != vector["verifies"]:
        wrong.append(vector["name"])
kinds = {vector["verifies"] for vector in vectors}
print(f"standardwebhooks of PyPI agrees about {len(vectors) - len(wrong)} of {len(vectors)} messages")
if wrong or kinds != {True, False}:
    sys.exit("it does not about: " + ", ".join(wrong))
