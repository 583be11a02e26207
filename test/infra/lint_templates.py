"""Has cfn-lint judge the templates of a folder: every rule, also those that only warn or inform. Ends with what it finds."""

import gc
import json
import re
import sys
from pathlib import Path

from cfnlint.config import ConfigMixIn, ManualArgs
from cfnlint.runner import Runner

# One of each partition. What another one lacks is a type of resource or a property of it: a template that has no type
# that a larger one had not is judged for the first alone.
REGIONS = ["eu-central-1", "cn-north-1", "us-gov-west-1"]

# Rule, its words where it is right to pass them over, and why. All of the rest counts.
ACKNOWLEDGED = [
    ("I1022", r"Fn::Sub over Fn::Join", "CDK joins what it does not know yet"),
    (
        "W3005",
        r"^'\w+Role[0-9A-F]{8}' dependency already enforced by a 'GetAtt' at 'Resources/\w+Function[0-9A-F]{8}/Properties/Role'$",
        "CDK has a function wait for its role and for the role's policy, and names both",
    ),
]


# What it makes of a template it needs to the end: to look for rubbish meanwhile takes a fifth of its time.
gc.disable()


def findings(template, regions):
    """What cfn-lint says about a file, as (rule, words, line)."""
    gc.collect()
    config = ConfigMixIn(**ManualArgs(templates=[str(template)], regions=regions, include_checks=["I"]))
    return [(match.rule.id, match.message, match.linenumber) for match in Runner(config).run()]


def acknowledgement(rule, words):
    return next((at for at, (name, said, _why) in enumerate(ACKNOWLEDGED) if name == rule and re.search(said, words)), None)


def types_in(template):
    return {one["Type"] for one in json.loads(template.read_text())["Resources"].values()}


folder = Path(sys.argv[1])
templates = sorted(folder.glob("*.json"), key=lambda template: -template.stat().st_size)
used = set()
wrong = []
judged = set()
for template in templates:
    types = types_in(template)
    regions = REGIONS[:1] if types <= judged else REGIONS
    judged |= types
    for rule, words, line in findings(template, regions):
        at = acknowledgement(rule, words)
        used.add(at)
        if at is None:
            wrong.append(f"{template.name}:{line}: {rule} {words}")
wrong += [f"{rule} is acknowledged, and nothing is found by it" for at, (rule, *_) in enumerate(ACKNOWLEDGED) if at not in used]

# A judge that is asked nothing finds nothing: three faults in the smallest template are three findings.
smallest = templates[-1]
spoiled = json.loads(smallest.read_text())
[table] = [one["Properties"] for one in spoiled["Resources"].values() if one["Type"] == "AWS::DynamoDB::GlobalTable"]
table["BillingMode"] = "PAY_PER_REQUESTS"
table["Replicass"] = table["Replicas"]
table["StreamSpecification"] = {"StreamViewType": {"Ref": "Nowhere"}}
careless = folder / "careless.json"
careless.write_text(json.dumps(spoiled))
found = {rule for rule, *_ in findings(careless, REGIONS[:1])}
careless.unlink()
if not {"E3030", "E3002", "E1020"} <= found:
    wrong.append(f"of three faults on purpose cfn-lint found only {sorted(found)}")

print(f"cfn-lint of PyPI looked at {len(templates)} templates and found {len(wrong)} faults")
if wrong:
    sys.exit("\n".join(wrong))
