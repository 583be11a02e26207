import { describe, expect, test } from "@jest/globals";
import { schemaDocument } from "../../../functions/scim/discovery.ts";
import { matches } from "../../../functions/scim/filter/filter.ts";
import { parseFilter } from "../../../functions/scim/filter/parseFilter.ts";
import type { Json, JsonObject } from "../../../functions/scim/json.ts";
import { comparePositions, readSort, sortKey } from "../../../functions/scim/query.ts";
import { Quirks } from "../../../functions/scim/quirks.ts";
import { readResource } from "../../../functions/scim/readResource.ts";
import { project, readProjection } from "../../../functions/scim/render.ts";
import { define, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { BADGE, badged, operation, patched, refusal, STRICT } from "../../support/scimTypes.ts";

/**
 * Our own schemas have no number, nothing that is returned on request and no required extension. These tests register
 * a schema that has, and put it through everything that a schema drives.
 */
const TYPE = badged(false);
const B = BADGE.id;

function read(badge: Json, type = TYPE): JsonObject {
  const body = { schemas: [USER_SCHEMA, B], userName: "anna", [B]: badge };
  return readResource(type, body, new Quirks(), { unknownAttributes: "ignore", schemasRequired: true });
}

/** As it is answered: with id and meta. */
function stored(badge: JsonObject): JsonObject {
  return { ...read(badge), id: "u1", meta: { resourceType: "User" } };
}

describe("numbers", () => {
  test("S-4, S-6: an integer has no fraction, a decimal may have one, and neither is text or a boolean", () => {
    for (const number of [0, -1, 1e3, 2 ** 40]) expect(read({ number })).toMatchObject({ [B]: { number } });
    for (const number of [1.5, -0.1, "1", "1e3", true, {}, [1, 2]]) {
      expect([number, refusal(() => read({ number }))]).toEqual([number, "400 invalidValue"]);
    }
    for (const weight of [0, 1.5, -2.25, 3]) expect(read({ number: 1, weight })).toMatchObject({ [B]: { weight } });
    for (const weight of ["1.5", "x", false, { value: 1 }]) {
      expect([weight, refusal(() => read({ number: 1, weight }))]).toEqual([weight, "400 invalidValue"]);
    }
    expect(read({ number: 1, floors: [1, 2, 2] })).toMatchObject({ [B]: { floors: [1, 2] } });
    expect(refusal(() => read({ number: 1, floors: [1, 1.5] }))).toBe("400 invalidValue");
  });

  test("S-6: a PATCH holds numbers to the same rules", () => {
    const change = (path: string, value: Json) =>
      patched(TYPE, read({ number: 1 }), [operation("replace", `${B}:${path}`, value)], STRICT);
    expect(change("number", 7)).toMatchObject({ [B]: { number: 7 } });
    expect(change("weight", 7.5)).toMatchObject({ [B]: { weight: 7.5 } });
    expect(refusal(() => change("number", 7.5))).toBe("400 invalidValue");
    expect(refusal(() => change("weight", "7.5"))).toBe("400 invalidValue");
  });

  test("F-9, F-10, F-11: numbers are compared as numbers, 1 is 1.0, and text operators do not fit them", () => {
    const selects = (filter: string) =>
      matches(parseFilter(filter, TYPE), read({ number: 10, weight: 9.5, floors: [2, 10] }));
    for (const filter of ["eq 10", "eq 10.0", "eq 1e1", "gt 9", "ge 10", "lt 11", "le 10", "ne 9", "pr"]) {
      expect([filter, selects(`${B}:number ${filter}`)]).toEqual([filter, true]);
    }
    for (const filter of ["eq 9", "gt 10", "lt 9", "ne 10"]) {
      expect([filter, selects(`${B}:number ${filter}`)]).toEqual([filter, false]);
    }
    expect(selects("weight lt 10")).toBe(true);
    expect(selects("floors eq 10")).toBe(true);
    for (const filter of [
      'number eq "10"',
      "number co 1",
      "number sw 1",
      "weight ew 5",
      "number eq true",
      "number gt null",
    ]) {
      expect([filter, refusal(() => parseFilter(filter, TYPE))]).toEqual([filter, "400 invalidFilter"]);
    }
  });

  test("O-1: numbers are ordered as numbers", () => {
    const sort = readSort(TYPE, "number", undefined);
    if (sort === undefined) throw new Error("no order");
    const places = [10, 9, 100].map((number) => ({ key: sortKey(sort, read({ number })), id: `u${number}` }));
    expect(places.sort((a, b) => comparePositions(sort, a, b)).map(({ id }) => id)).toEqual(["u9", "u10", "u100"]);
  });
});

describe("what is returned", () => {
  const whole = { number: 1, note: "shy", color: "red", chip: "x", desk: { room: "R", phone: "P" } };
  const shown = (attributes: string | undefined, excluded?: string): Json | undefined => {
    const projection = readProjection(TYPE, attributes, excluded);
    return projection && project(TYPE, stored(whole), projection)[B];
  };

  test("S-28, S-29: on request only where it is named, in whole or in part", () => {
    const byDefault = { number: 1, color: "red", desk: { room: "R" } };
    expect(shown(undefined, "title")).toEqual(byDefault);
    expect(shown(`${B}:note`)).toEqual({ note: "shy", color: "red" });
    expect(shown("NOTE,number")).toEqual({ number: 1, note: "shy", color: "red" });
    expect(shown(`${B}:desk.phone`)).toEqual({ color: "red", desk: { phone: "P" } });
    expect(shown("desk")).toEqual({ color: "red", desk: { room: "R" } });
    expect(shown(undefined, "note,desk.room")).toEqual({ number: 1, color: "red" });
  });

  test("S-28, A-2, A-3, A-6: always whatever is asked, and never", () => {
    expect(shown("number")).toEqual({ number: 1, color: "red" });
    expect(shown(undefined, "color")).toMatchObject({ color: "red" });
    expect(shown("chip")).toEqual({ color: "red" });
    expect(refusal(() => parseFilter("chip pr", TYPE))).toBe("403 sensitive");
    expect(refusal(() => readSort(TYPE, "chip", undefined))).toBe("400 invalidValue");
  });
});

describe("definitions", () => {
  test.each(["", "1a", "a b", "a.b", "a:b", "ä", "$a", "$reference", "-a"])(
    "S-2: a name outside the grammar is refused when it is defined: %s",
    (name) => {
      expect(() => define(name, "An attribute.")).toThrow();
    },
  );

  test("S-2: letters, digits, $, - and _ make a name, and $ref is one", () => {
    for (const name of ["a", "A1", "a-b_c$", "$ref"]) expect(define(name, "An attribute.").name).toBe(name);
  });

  test("S-3: what is not said of an attribute is what the RFC says of it", () => {
    const schema = { id: "urn:x", name: "X", description: "X.", attributes: [define("x", "An x.")] };
    expect(schemaDocument("https://b", schema).attributes).toEqual([
      {
        name: "x",
        type: "string",
        multiValued: false,
        description: "An x.",
        required: false,
        caseExact: false,
        mutability: "readWrite",
        returned: "default",
        uniqueness: "none",
      },
    ]);
  });

  test("S-10: a complex part of a complex attribute is refused, several values of a simple one are not", () => {
    const inner = define("inner", "Complex.", { type: "complex", subAttributes: [define("a", "A.")] });
    expect(() => define("outer", "Complex.", { type: "complex", subAttributes: [inner] })).toThrow();
    const list = define("list", "Simple.", { multiValued: true });
    expect(define("outer", "Complex.", { type: "complex", subAttributes: [list] }).subAttributes).toEqual([list]);
  });
});

describe("a required extension", () => {
  const body = { schemas: [USER_SCHEMA], userName: "anna" };
  const readBody = (own: JsonObject, type = badged(true)) =>
    readResource(type, { ...body, ...own }, new Quirks(), { unknownAttributes: "ignore", schemasRequired: true });

  test("S-75: must be there, and one that is not required need not", () => {
    expect(refusal(() => readBody({}))).toBe("400 invalidValue");
    expect(refusal(() => readBody({ [B]: {} }))).toBe("400 invalidValue");
    expect(readBody({ [B]: { number: 1 } })).toMatchObject({ [B]: { number: 1 } });
    expect(readBody({}, badged(false))).toEqual(body);
  });

  test("S-75, C-6: what is required in an extension is required where the extension is there", () => {
    expect(refusal(() => readBody({ [B]: { weight: 1 } }, badged(false)))).toBe("400 invalidValue");
    expect(readBody({ [B]: { number: 0 } }, badged(false))).toMatchObject({ [B]: { number: 0 } });
  });

  test("S-75, PA-33: cannot be removed, and neither can what is required in it", () => {
    const removed = (path: string) =>
      patched(badged(true), readBody({ [B]: { number: 1, weight: 2 } }), [operation("remove", path)], STRICT);
    expect(removed(`${B}:weight`)).toMatchObject({ [B]: { number: 1 } });
    expect(refusal(() => removed(`${B}:number`))).toBe("400 mutability");
    expect(refusal(() => removed(B))).toBe("400 mutability");
  });
});
