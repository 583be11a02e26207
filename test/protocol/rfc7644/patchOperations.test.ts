import type { Json, JsonObject } from "../../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import type { OrgRules } from "../../support/target.ts";
import { enterpriseUser, group, it, made, onWire, refused, user } from "../onWire.ts";
import type { Client } from "../rows/client.ts";

const STANDARD: OrgRules = { preset: "standard", changed: { workEmailRequired: false } };
const HOME: JsonObject = { value: "h@x", type: "home" };
const WORK: JsonObject = { value: "w@x", type: "work", display: "W" };
const OTHER: JsonObject = { value: "o@x", type: "work", primary: true };

it("PA-20: add and replace need a value", async (scim) => {
  const path = await person(scim);
  for (const op of ["add", "replace"]) {
    for (const target of [
      "title",
      "name.givenName",
      "emails",
      'emails[type eq "work"]',
      'emails[type eq "work"].value',
      undefined,
    ]) {
      await scim.patch(
        `${op} ${target}`,
        path,
        [target === undefined ? { op } : { op, path: target }],
        refused(400, "invalidValue"),
      );
    }
  }
  const gpath = `/Groups/${await made(scim, "/Groups", group("g"))}`;
  await scim.patch("members", gpath, [{ op: "add", path: "members" }], refused(400, "invalidValue"));
  await scim.patch("members", gpath, [{ op: "replace", path: "members" }], refused(400, "invalidValue"));
});

it("PA-21, PA-40: without a path each member of the value is added or replaced, the others stay", async (scim) => {
  const path = await person(scim, { emails: [HOME], name: { familyName: "f" }, title: "t" });
  const sample = { emails: [{ value: "babs@jensen.org", type: "home" }], nickname: "Babs", name: { givenName: "g" } };
  const json: Json = {
    emails: { $exactly: [HOME, { value: "babs@jensen.org", type: "home" }] },
    nickName: "Babs",
    name: { $exactly: { familyName: "f", givenName: "g" } },
    title: "t",
  };
  await scim.patch("add", path, [{ op: "add", value: sample }], { status: 200, json });
  const replaced: Json = {
    emails: { $exactly: [WORK] },
    nickName: "N",
    name: { $exactly: { familyName: "f", givenName: "h" } },
    title: "t",
  };
  await scim.patch(
    "replace",
    path,
    [{ op: "replace", value: { emails: [WORK], nickName: "N", name: { givenName: "h" } } }],
    { status: 200, json: replaced },
  );
  const wrong: readonly Json[] = ["text", 5, true, null, [], [{ title: "x" }, { title: "y" }]];
  for (const value of wrong)
    await scim.patch(JSON.stringify(value), path, [{ op: "replace", value }], refused(400, "invalidValue"));
  await scim.patch("an empty path is none", path, [{ op: "replace", path: "", value: { title: "u" } }], {
    status: 200,
    json: { title: "u" },
  });
  await scim.patch("a null path too", path, [{ op: "replace", path: null, value: { title: "v" } }], {
    status: 200,
    json: { title: "v" },
  });
});

it("PA-22, PA-41, PA-43, AMB-13: a single value is set, a complex one merged", async (scim) => {
  const path = await person(scim, { name: { familyName: "f", middleName: "m" } });
  for (const op of ["add", "replace"]) {
    await scim.patch(`${op} title`, path, [{ op, path: "title", value: op }], { status: 200, json: { title: op } });
    await scim.patch(`${op} name`, path, [{ op, path: "name", value: { givenName: op } }], {
      status: 200,
      json: { name: { $exactly: { familyName: "f", givenName: op, middleName: "m" } } },
    });
    await scim.patch(`${op} a part`, path, [{ op, path: "name.honorificPrefix", value: op }], {
      status: 200,
      json: { name: { honorificPrefix: op, familyName: "f" } },
    });
    await scim.patch("back", path, [{ op: "remove", path: "name.honorificPrefix" }], { status: 200 });
  }
  await scim.patch("null takes one part away", path, [{ op: "replace", path: "name", value: { middleName: null } }], {
    status: 200,
    json: { name: { middleName: "$absent", familyName: "f" } },
  });
  for (const value of ["text", 5, true])
    await scim.patch(`name ${value}`, path, [{ op: "replace", path: "name", value }], refused(400, "invalidValue"));
});

it("PA-23: values are appended, given alone or in a list, and one that is there already is not doubled", async (scim) => {
  const path = await person(scim);
  const add = async (value: Json, count: number) =>
    scim.patch(JSON.stringify(value), path, [{ op: "add", path: "emails", value }], {
      status: 200,
      json: { emails: { $length: count } },
    });
  await add(WORK, 1);
  await add([WORK, HOME], 2);
  await add({ value: "w@x", type: "work" }, 2);
  await add([], 2);
  await add("bare@x", 3);
  await add([{ value: "second@x", type: "work" }], 4);
  await scim.patch(
    "the display stays",
    path,
    [{ op: "add", path: "emails", value: [{ value: "w@x", type: "work" }] }],
    { status: 200, json: { emails: { $contains: [WORK, HOME, { value: "bare@x", type: "$absent" }] } } },
  );
  const primaries = [WORK, HOME].map((one) => ({ ...one, primary: true }));
  const wrong: readonly Json[] = [5, true, [5], [[WORK]], [{ value: {} }], primaries];
  for (const value of wrong)
    await scim.patch(JSON.stringify(value), path, [{ op: "add", path: "emails", value }], refused(400, "invalidValue"));
  const a = await made(scim, "/Users", user("m1"));
  const b = await made(scim, "/Users", user("m2"));
  const gpath = `/Groups/${await made(scim, "/Groups", group("g"))}`;
  for (const value of [{ value: a }, [{ value: a }, { value: b }], [a], a] as Json[]) {
    await scim.patch(JSON.stringify(value), gpath, [{ op: "add", path: "members", value }], { status: 200 });
  }
  await scim.seen("members", gpath, { members: { $members: [a, b] } });
});

it("PA-24, W-6: adding a part of a value that is not there creates the value, if the filter says what it is", async (scim) => {
  const path = await person(scim, { emails: [HOME] });
  const add = (filter: string, value: Json = "a@x") => [{ op: "add", path: `emails[${filter}].value`, value }];
  await scim.patch("eq", path, add('type eq "work"'), {
    status: 200,
    json: { emails: { $contains: [HOME, { value: "a@x", type: "work" }] } },
  });
  await scim.patch("and", path, add('type eq "other" and primary eq true', "o@x"), {
    status: 200,
    json: { emails: { $contains: [{ value: "o@x", type: "other", primary: true }] } },
  });
  await scim.patch("a match", path, add('type eq "work"', "b@x"), {
    status: 200,
    json: { emails: { $none: { value: "a@x" } } },
  });
  for (const filter of [
    'type ne "work" and type ne "home" and type ne "other"',
    'type co "zz"',
    'type eq "p" or type eq "q"',
    "not (type pr)",
    'type eq "p" and type eq "q"',
  ]) {
    await scim.patch(filter, path, add(filter), refused(400, "noTarget"));
  }
});

it("PA-25: adding to values selected by a filter merges, and appends what the filter describes where none matches", async (scim) => {
  const path = await person(scim, { emails: [HOME, WORK] });
  await scim.patch("merge", path, [{ op: "add", path: 'emails[type eq "work"]', value: { value: "v@x" } }], {
    status: 200,
    json: { emails: { $exactly: [HOME, { ...WORK, value: "v@x" }] } },
  });
  await scim.patch("append", path, [{ op: "add", path: 'emails[type eq "other"]', value: { value: "o@x" } }], {
    status: 200,
    json: { emails: { $contains: [{ value: "o@x", type: "other" }] } },
  });
  await scim.patch(
    "no target",
    path,
    [{ op: "add", path: 'emails[type ew "zz"]', value: { value: "o@x" } }],
    refused(400, "noTarget"),
  );
});

it("PA-26: one wrapped value of a single attribute is unwrapped, several are refused", async (scim) => {
  const path = await person(scim);
  for (const [index, value] of ([[{ value: "0" }], ["1"]] as Json[]).entries()) {
    await scim.patch(JSON.stringify(value), path, [{ op: "add", path: "title", value }], {
      status: 200,
      json: { title: String(index) },
    });
  }
  for (const value of [["a", "b"], [{ value: "a" }, { value: "b" }], { a: 1 }, [{ a: 1 }], [["a"]], 5] as Json[]) {
    await scim.patch(
      JSON.stringify(value),
      path,
      [{ op: "add", path: "title", value }],
      refused(400, "invalidValue", "title"),
    );
  }
});

it("PA-30, PA-33: remove needs a path, and what is required or the server's cannot be removed", async (scim) => {
  const path = await person(scim);
  await scim.patch("no path", path, [{ op: "remove" }], refused(400, "noTarget"));
  await scim.patch("no path, but a value", path, [{ op: "remove", value: { title: "t" } }], refused(400, "noTarget"));
  const gpath = `/Groups/${await made(scim, "/Groups", group("g"))}`;
  await scim.patch("a group", gpath, [{ op: "remove" }], refused(400, "noTarget"));
  for (const name of ["userName", "id", "meta", "groups", "schemas", "meta.created", `${USER_SCHEMA}:userName`])
    await scim.patch(name, path, [{ op: "remove", path: name }], refused(400, "mutability"));
});

it("PA-31, PA-32, PA-34, PA-36, PA-37: remove takes away the attribute, the selected values or a part, and what is not there is no error", async (scim) => {
  const own = {
    title: "t",
    name: { givenName: "g", familyName: "f" },
    emails: [HOME, WORK, { value: "e@example.com", type: "work" }],
    phoneNumbers: [{ value: "1" }],
  };
  const path = await person(scim, own);
  const remove = async (target: string, json: Json) =>
    scim.patch(target, path, [{ op: "remove", path: target }], { status: 200, json });
  await remove("title", { title: "$absent" });
  await remove("title", { title: "$absent" });
  await remove('emails[type eq "work" and value ew "example.com"]', { emails: { $exactly: [HOME, WORK] } });
  await remove('emails[type eq "zz"]', { emails: { $exactly: [HOME, WORK] } });
  await remove('emails[type eq "work"].display', { emails: { $exactly: [HOME, { value: "w@x", type: "work" }] } });
  await remove('emails[type eq "home"].value', { emails: { $exactly: [{ value: "w@x", type: "work" }] } });
  await remove("emails[value pr]", { emails: "$absent" });
  await remove("name.givenName", { name: { $exactly: { familyName: "f" } } });
  await remove("name.familyName", { name: "$absent" });
  await remove("phoneNumbers", { phoneNumbers: "$absent" });
  await remove("phoneNumbers.type", { phoneNumbers: "$absent" });
  await remove(`${ENTERPRISE_SCHEMA}:manager.value`, { [ENTERPRISE_SCHEMA]: "$absent" });
  const id = await made(scim, "/Users", user("m"));
  const gpath = `/Groups/${await made(scim, "/Groups", group("g", { members: [{ value: id }] }))}`;
  await scim.patch("all members", gpath, [{ op: "remove", path: "members" }], { status: 200 });
  await scim.seen("empty", gpath, { members: { $exactly: [] }, meta: { version: 'W/"2"' } });
  await scim.patch("again", gpath, [{ op: "remove", path: "members" }], { status: 200 });
  await scim.seen("the same", gpath, { meta: { version: 'W/"2"' } });
});

it("PA-35, W-5: removing members with a list removes these and never empties the group", async (scim) => {
  const ids = await Promise.all(["a", "b", "c", "d"].map((name) => made(scim, "/Users", user(name))));
  const [a = "", b = "", c = "", d = ""] = ids;
  const path = `/Groups/${await made(scim, "/Groups", group("g", { members: ids.map((value) => ({ value })) }))}`;
  const left = async (title: string, operation: JsonObject, members: readonly string[]) => {
    await scim.patch(title, path, [{ op: "Remove", path: "members", ...operation }], { status: 200 });
    await scim.seen(title, path, { members: { $members: [...members] } });
  };
  await left("Entra", { value: [{ $ref: null, value: a }] }, [b, c, d]);
  await left("a lone object", { value: { value: b } }, [c, d]);
  await left("an empty list", { value: [] }, [c, d]);
  await left("unknown and gone ones", { value: [{ value: a }, { value: "nobody" }] }, [c, d]);
  await left("by filter", { path: `members[value eq "${c}"]` }, [d]);
  await left("by filter without a match", { path: 'members[value eq "nobody"]' }, [d]);
  const wrong: readonly Json[] = [
    5,
    true,
    {},
    [{}],
    [5],
    [{ value: 5 }],
    [{ value: "" }],
    "",
    [null],
    [[]],
    [{ display: "D" }],
  ];
  for (const value of wrong)
    await scim.patch(
      JSON.stringify(value),
      path,
      [{ op: "remove", path: "members", value }],
      refused(400, "invalidValue"),
    );
  await scim.seen("never emptied by mistake", path, { members: { $members: [d] } });
  const upath = await person(scim, { emails: [HOME, WORK] });
  const upset = async (value: Json, emails: Json) =>
    scim.patch(JSON.stringify(value), upath, [{ op: "remove", path: "emails", value }], {
      status: 200,
      json: { emails },
    });
  await upset([{ value: "w@x", type: "home" }], { $exactly: [HOME, WORK] });
  await upset([], { $exactly: [HOME, WORK] });
  await upset([{ value: "W@X", type: "work" }], { $exactly: [HOME] });
  await scim.patch("back", upath, [{ op: "add", path: "emails", value: WORK }], { status: 200 });
  const both = [WORK, { ...HOME, $ref: null }].map((one) => ({ ...one, primary: true }));
  await upset(both, "$absent");
});

it("PA-32, PA-35: members are selected by any filter, and operations on them count in their order", async (scim) => {
  const [a, b, c] = [await made(scim, "/Users", user("a")), await made(scim, "/Users", user("b")), await person(scim)];
  const [t, d] = [await made(scim, "/Groups", group("t")), c.replace("/Users/", "")];
  const path = `/Groups/${await made(scim, "/Groups", group("g"))}`;
  const all = { op: "replace", path: "members", value: [a, b, t] };
  const add = (value: Json) => ({ op: "add", path: "members", value });
  const remove = (filter: string) => ({ op: "remove", path: `members${filter}` });
  const swap = { op: "replace", path: `members[value eq "${a}"]`, value: { value: d } };
  for (const [operations, left] of [
    [[remove('[type eq "Group"]')], [a, b]],
    [[remove('[type eq "user"]')], [t]],
    [[remove(`[value ne "${a}"]`)], [a]],
    [[remove(`[not (value eq "${a}")]`)], [a]],
    [[remove("[not (type pr)]")], [a, b, t]],
    [[remove(`[$ref ew "/Users/${b}"]`)], [a, t]],
    [[remove(`[$ref eq "https://x/Users/${a}"]`)], [b, t]],
    [[remove(`[value eq "${a}" or value eq "${b}"]`)], [t]],
    [[remove(`[value eq "${a}" and value eq "${b}"]`)], [a, b, t]],
    [[remove(`[type eq "Group" and value eq "${a}"]`)], [a, b, t]],
    [[remove(`[value eq "${t}" and type eq "Group"]`)], [a, b]],
    [[swap], [b, t, d]],
    [[{ op: "add", path: `members[value eq "${d}"]`, value: { type: "User" } }], [a, b, t, d]],
    [[add([])], [a, b, t]],
    [[{ op: "add", value: { members: [{ value: d, display: "x" }] } }], [a, b, t, d]],
    [[{ op: "add", path: `${GROUP_SCHEMA}:MEMBERS`, value: [{ $ref: null, value: d }] }], [a, b, t, d]],
    [[{ op: "replace", value: { Members: [{ value: a }] } }], [a]],
    [[{ op: "replace", value: { [GROUP_SCHEMA]: { members: [a] } } }], [a]],
    [[{ ...all, value: null }], []],
    [[{ ...remove(""), value: null }], []],
    [[{ ...remove(""), value: { members: [{ value: a }] } }], [b, t]],
    [
      [
        { ...all, value: [a, b] },
        { ...remove(""), value: a },
      ],
      [b],
    ],
    [
      [add(d), remove(`[value eq "${d}"]`)],
      [a, b, t],
    ],
    [
      [remove(`[value eq "${a}"]`), add(a)],
      [a, b, t],
    ],
    [[remove(""), add(d)], [d]],
    [[add(d), remove("")], []],
    [[{ ...all, value: [a, t] }, remove('[type eq "Group"]')], [a]],
    [[remove(`[value eq "${a}"]`), add(d), remove('[type eq "User"]')], [t]],
  ] as [JsonObject[], string[]][]) {
    const title = JSON.stringify(operations);
    await scim.patch("all", path, [all], { status: 200 });
    await scim.patch(title, path, operations, { status: 200, json: { members: { $members: left } } });
  }
  await scim.patch("a stranger", path, [swap], refused(400, "noTarget"));
  await scim.patch("another id", path, [{ ...swap, op: "add" }], refused(400, "mutability"));
});

it("PA-42: replacing a list replaces all of it, and an empty one clears it", async (scim) => {
  const path = await person(scim, { emails: [HOME, WORK] });
  await scim.patch("one", path, [{ op: "replace", path: "emails", value: [OTHER] }], {
    status: 200,
    json: { emails: { $exactly: [OTHER] } },
  });
  await scim.patch("none", path, [{ op: "replace", path: "emails", value: [] }], {
    status: 200,
    json: { emails: "$absent" },
  });
  const a = await made(scim, "/Users", user("m1"));
  const b = await made(scim, "/Users", user("m2"));
  const gpath = `/Groups/${await made(scim, "/Groups", group("g", { members: [{ value: a }] }))}`;
  await scim.patch("members", gpath, [{ op: "replace", path: "members", value: [{ value: b }] }], { status: 200 });
  await scim.seen("exactly", gpath, { members: { $members: [b] } });
  for (const value of [5, true, {}, [{}], [{ value: null }], "", [null]] as Json[]) {
    await scim.patch(
      JSON.stringify(value),
      gpath,
      [{ op: "replace", path: "members", value }],
      refused(400, "invalidValue"),
    );
    await scim.patch(
      `without path ${JSON.stringify(value)}`,
      gpath,
      [{ op: "replace", value: { members: value } }],
      refused(400, "invalidValue"),
    );
  }
  await scim.seen("never emptied by mistake", gpath, { members: { $members: [b] } });
  await scim.patch("an empty list", gpath, [{ op: "replace", value: { members: [] } }], { status: 200 });
  await scim.seen("empty", gpath, { members: { $exactly: [] } });
});

it("PA-44, PA-45, W-7: a value path replaces every value it selects or one part of them, and no other", async (scim) => {
  const path = await person(scim, { emails: [HOME, WORK, OTHER] });
  await scim.patch("a part of two", path, [{ op: "replace", path: 'emails[type eq "work"].display', value: "D" }], {
    status: 200,
    json: { emails: { $exactly: [HOME, { ...WORK, display: "D" }, { ...OTHER, display: "D" }] } },
  });
  await scim.patch("a whole one", path, [{ op: "replace", path: 'emails[value eq "w@x"]', value: { value: "n@x" } }], {
    status: 200,
    json: { emails: { $contains: [HOME, { value: "n@x", type: "$absent", display: "$absent" }] } },
  });
  await scim.patch(
    "both",
    path,
    [{ op: "replace", path: "emails[value pr and type pr]", value: { value: "s@x", type: "other" } }],
    { status: 200, json: { emails: { $contains: [{ value: "s@x", type: "other" }, { value: "n@x" }] } } },
  );
  await scim.patch("a part of all", path, [{ op: "replace", path: "emails.display", value: "E" }], {
    status: 200,
    json: {
      emails: {
        $exactly: [
          { value: "s@x", type: "other", display: "E" },
          { value: "n@x", display: "E" },
        ],
      },
    },
  });
});

it("PA-46, AMB-3: replacing what is not there is 400 noTarget in the strict reading", async (scim) => {
  const path = await person(scim, { emails: [HOME] });
  for (const target of [
    'emails[type eq "work"].value',
    'emails[type eq "work"]',
    'emails[value eq "z"].type',
    'emails[type co "w"].value',
  ]) {
    const value = target.endsWith("]") ? { value: "a@x" } : "a@x";
    await scim.patch(
      target,
      path,
      [
        { op: "replace", path: "title", value: "t" },
        { op: "replace", path: target, value },
      ],
      refused(400, "noTarget"),
    );
  }
  const text = { op: "replace", path: 'emails[type eq "work"]', value: "a@x" };
  await scim.patch("a text", path, [text], refused(400, "noTarget"));
  await scim.seen("nothing applied", path, { title: "$absent", emails: { $exactly: [HOME] } });
});

onWire(STANDARD)(
  "PA-46, AMB-3, W-6, W-7: under the standard rules a part of a missing value is created, and the others survive",
  async (scim) => {
    const path = await person(scim, { emails: [HOME] });
    await scim.patch("Entra", path, [{ op: "Replace", path: 'phoneNumbers[type eq "work"].value', value: "1" }], {
      status: 200,
      json: { phoneNumbers: { $exactly: [{ value: "1", type: "work" }] } },
    });
    await scim.patch("beside another", path, [{ op: "Replace", path: 'emails[type eq "work"].value', value: "w@x" }], {
      status: 200,
      json: { emails: { $exactly: [HOME, { value: "w@x", type: "work" }] } },
    });
    for (const [target, value, json] of [
      ['ims[type eq "work"].value', "", { ims: "$absent" }],
      ["photos.value", "p", { photos: { $exactly: [{ value: "p" }] } }],
      ["photos", [{ value: null }], { photos: "$absent" }],
      ["roles", [{ value: '{"id":"1"}' }], { roles: { $exactly: [{ value: '{"id":"1"}' }] } }],
    ] as [string, Json, Json][]) {
      await scim.patch(target, path, [{ op: "replace", path: target, value }], { status: 200, json });
    }
    for (const [op, target, value] of [
      ["replace", "emails", [{ foo: "a" }]],
      ["replace", 'emails[type eq "work"]', { foo: "a" }],
      ["remove", "emails", [{ foo: 1 }]],
    ] as [string, string, Json][])
      await scim.patch(`${op} ${target} foo`, path, [{ op, path: target, value }], refused(400, "invalidValue"));
    for (const target of [
      'emails[type eq "p"]',
      'emails[value eq "z"].type',
      'emails[type eq "p" and value eq "z"].display',
      'emails[type co "zz"].value',
      'emails[type eq "p" or type eq "q"].value',
    ]) {
      const value = target.endsWith("]") ? { value: "a@x" } : "a@x";
      await scim.patch(target, path, [{ op: "replace", path: target, value }], refused(400, "noTarget"));
    }
  },
);

it("PA-47: null, empty text and an empty list unassign what they replace", async (scim) => {
  const own = { title: "t", name: { givenName: "g" }, emails: [HOME, WORK] };
  for (const value of [null, "", []] as Json[]) {
    const path = await person(scim, own);
    await scim.patch("title", path, [{ op: "replace", path: "title", value }], {
      status: 200,
      json: { title: "$absent" },
    });
    await scim.patch("name.givenName", path, [{ op: "replace", path: "name.givenName", value }], {
      status: 200,
      json: { name: "$absent" },
    });
    await scim.patch("a part", path, [{ op: "replace", path: 'emails[type eq "work"].display', value }], {
      status: 200,
      json: { emails: { $exactly: [HOME, { value: "w@x", type: "work" }] } },
    });
    await scim.patch("inside", path, [{ op: "replace", value: { emails: value, title: value } }], {
      status: 200,
      json: { emails: "$absent" },
    });
  }
});

it("PA-48: dotted, filtered and URN keys inside a value are paths", async (scim) => {
  const path = await person(scim, { emails: [HOME, WORK], name: { familyName: "f" } });
  const value = {
    "name.givenName": "g",
    'emails[type eq "work"].value': "n@x",
    [`${ENTERPRISE_SCHEMA}:employeeNumber`]: "1",
    [`${ENTERPRISE_SCHEMA}:manager`]: "m",
    [`${USER_SCHEMA}:title`]: "t",
    [USER_SCHEMA]: { nickName: "n" },
    "not a path [": 1,
  };
  const { "not a path [": _odd, ...fine } = value;
  const json: Json = {
    name: { $exactly: { familyName: "f", givenName: "g" } },
    emails: { $contains: [HOME, { value: "n@x", type: "work" }] },
    title: "t",
    nickName: "n",
    [ENTERPRISE_SCHEMA]: { employeeNumber: "1", manager: { value: "m" } },
  };
  await scim.patch("one malformed", path, [{ op: "replace", value }], refused(400, "invalidPath"));
  await scim.patch("all", path, [{ op: "replace", value: fine }], { status: 200, json });
  await scim.patch(
    "as add",
    await person(scim),
    [{ op: "Add", value: { "name.givenName": "g", 'emails[type eq "work"].value': "n@x" } }],
    { status: 200, json: { name: { givenName: "g" }, emails: [{ value: "n@x", type: "work" }] } },
  );
});

it("PA-49: paths may carry the URN of their schema, core or extension", async (scim) => {
  const path = `/Users/${await made(scim, "/Users", enterpriseUser("a", { department: "d" }))}`;
  await scim.patch("core", path, [{ op: "replace", path: `${USER_SCHEMA}:active`, value: false }], {
    status: 200,
    json: { active: false },
  });
  await scim.patch("core, deeper", path, [{ op: "add", path: `${USER_SCHEMA}:name.givenName`, value: "g" }], {
    status: 200,
    json: { name: { givenName: "g" } },
  });
  await scim.patch(
    "core, filtered",
    path,
    [{ op: "add", path: `${USER_SCHEMA}:emails[type eq "work"].value`, value: "w@x" }],
    { status: 200, json: { emails: [{ value: "w@x", type: "work" }] } },
  );
  await scim.patch(
    "extension",
    path,
    [{ op: "replace", path: `${ENTERPRISE_SCHEMA.toUpperCase()}:Manager`, value: "m" }],
    { status: 200, json: { [ENTERPRISE_SCHEMA]: { manager: { value: "m" }, department: "d" } } },
  );
  await scim.patch("whole extension", path, [{ op: "replace", path: ENTERPRISE_SCHEMA, value: { division: "x" } }], {
    status: 200,
    json: { [ENTERPRISE_SCHEMA]: { division: "x" } },
  });
  await scim.patch("no extension", path, [{ op: "replace", value: { [ENTERPRISE_SCHEMA]: null } }], {
    status: 200,
    json: { [ENTERPRISE_SCHEMA]: "$absent", schemas: { $exactly: [USER_SCHEMA] } },
  });
  await scim.patch("a part", path, [{ op: "add", path: `${ENTERPRISE_SCHEMA}:department`, value: "d" }], {
    status: 200,
  });
  await scim.patch("whole extension", path, [{ op: "remove", path: ENTERPRISE_SCHEMA }], {
    status: 200,
    json: { [ENTERPRISE_SCHEMA]: "$absent", schemas: { $exactly: [USER_SCHEMA] } },
  });
});

let count = 0;

async function person(scim: Client, own: JsonObject = {}): Promise<string> {
  count += 1;
  return `/Users/${await made(scim, "/Users", user(`person${count}`, own))}`;
}
