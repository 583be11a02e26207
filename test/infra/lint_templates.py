"""Has cfn-lint judge the templates of a folder: every rule, also those that only warn or inform. Ends with what it finds."""

import gc
import json
import re
import sys
from pathlib import Path

from cfnlint.config import ConfigMixIn, ManualArgs
from cfnlint.runner import Runner
from cfnlint.runner.template import run_template_by_file_path
from cfnlint.version import __version__ as VERSION

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


# In this version no rule for one resource that we have reads more of a template than `surroundings`: those that do mention
# `cfn.template`, `cfn.graph` or `get_resource_by_name` in cfnlint/rules. Another one judges everything until somebody looked.
REVIEWED = "1.58.0"

# What it makes of a template it needs to the end: to look for rubbish meanwhile takes a fifth of its time.
gc.disable()


def settings(regions):
    return ConfigMixIn(**ManualArgs(regions=regions, include_checks=["I"]))


def findings(template, regions):
    """What cfn-lint says about a file, as (rule, words, line)."""
    gc.collect()
    said = run_template_by_file_path(str(template), settings(regions), RULES, False)
    return [(match.rule.id, match.message, match.linenumber) for match in said]


def surroundings(template):
    """
    All that a rule for one resource reads, by the resource's name: its own text, the types of what it names and of what names
    it, and the template's parameters, conditions and mappings. Any word that is a resource's name counts as naming it.
    """
    resources = template["Resources"]
    types = {name: one["Type"] for name, one in resources.items()}
    beside = json.dumps({name: part for name, part in template.items() if name not in ("Resources", "Outputs")})
    texts = {name: json.dumps(one) for name, one in resources.items()}
    named = {name: set(re.findall(r"\w+", text)) & resources.keys() for name, text in texts.items()}
    naming = {name: {types[other] for other in resources if name in named[other]} for name in resources}
    return {
        name: (name, text, frozenset((other, types[other]) for other in named[name]), frozenset(naming[name]), beside)
        for name, text in texts.items()
    }


judged_for = {}
passed_over = 0


def each_new_resource(validator, patterns, resources, schema):
    """In the place of what has each resource of a template judged: but for those judged like this for the same regions."""
    global passed_over
    # Whatever is judged further down has it, too.
    if list(validator.context.path.path) != ["Resources"]:
        yield from each_resource(validator, patterns, resources, schema)
        return
    regions = set(validator.context.regions)
    new = {}
    for name, around in surroundings(validator.cfn.template).items():
        if regions <= judged_for.setdefault(around, set()):
            passed_over += 1
            continue
        judged_for[around] |= regions
        new[name] = resources[name]
    yield from each_resource(validator, patterns, new, schema)


# Rules are made once: that takes half as long as a template. Those for whole templates see each of them whole. Those for one
# resource, four fifths of the work, need not say again what they said of its like.
RULES = Runner(settings(REGIONS[:1])).rules
each_resource = RULES["E3001"].validators["patternProperties"]
# They and their schemas are no rubbish ever: nobody needs to look.
gc.collect()
gc.freeze()
if VERSION == REVIEWED:
    RULES["E3001"].validators["patternProperties"] = each_new_resource


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

# A judge that is asked nothing finds nothing: three faults in a template are three findings, and so is a fault in resources that
# themselves stand as they were judged, where what they lead to has become another type that has no ARN.
smallest = next(template for template in reversed(templates) if "AWS::Lambda::Function" in types_in(template))
spoiled = json.loads(smallest.read_text())
[table] = [one["Properties"] for one in spoiled["Resources"].values() if one["Type"] == "AWS::DynamoDB::GlobalTable"]
table["BillingMode"] = "PAY_PER_REQUESTS"
table["Replicass"] = table["Replicas"]
table["StreamSpecification"] = {"StreamViewType": {"Ref": "Nowhere"}}
role = next(name for name, one in spoiled["Resources"].items() if one["Type"] == "AWS::IAM::Role")
spoiled["Resources"][role] = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
careless = folder / "careless.json"
careless.write_text(json.dumps(spoiled))
found = {rule for rule, *_ in findings(careless, REGIONS[:1])}
careless.unlink()
if not {"E3030", "E3002", "E1020", "E1010"} <= found:
    wrong.append(f"of four faults on purpose cfn-lint found only {sorted(found)}")

print(f"cfn-lint of PyPI looked at {len(templates)} templates, passed {passed_over} resources over and found {len(wrong)} faults")
if wrong:
    sys.exit("\n".join(wrong))
