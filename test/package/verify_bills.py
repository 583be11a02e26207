"""Holds bills of materials against the schema of CycloneDX, by its own library. Needs cyclonedx-python-lib[json-validation]."""

import json
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    bill = json.loads(text)
    error = JsonStrictValidator(SchemaVersion.from_version(bill["specVersion"])).validate_str(text)
    if error is not None:
        sys.exit(f"{path}: {error}")
    hashed = sum(1 for component in bill["components"] if component.get("hashes"))
    if hashed == 0:
        sys.exit(f"{path}: no package has a hash")
    print(f"{path}: CycloneDX {bill['specVersion']}, {len(bill['components'])} packages, {hashed} with a hash of their own")
