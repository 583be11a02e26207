import { describe, expect, test } from "@jest/globals";
import { PRESETS, type Rules } from "../../../functions/store/rules.ts";
import type { Idp, SetupPart, SetupStep } from "../../../lib/guides/guide.ts";
import { type ContactState, liveStage, recentRefusal } from "../../../lib/portal/pages/connect/liveStage.ts";
import {
  guideTemplate,
  IDP_CHOICES,
  isOwnStep,
  loadGuide,
  pageOfCommand,
  prosePieces,
  withoutOurName,
} from "../../../lib/portal/pages/connect/portalGuide.ts";
import { guideTextsDe } from "../../../lib/portal/texts/de/guides.ts";

const IDPS = IDP_CHOICES.filter((one) => one !== "other");
const additive: Rules = { ...PRESETS.standard, additiveMembersReplace: true, teamNameMaxLength: 100 };
const EVERY_RULES = [...Object.values(PRESETS), additive, { ...PRESETS.standard, groupNameUnique: false }];

describe.each(IDPS)("the guide for %s in the portal", (idp) => {
  test("has no value of an org in its templates, and one first step of the portal's own before any asks for a token", async () => {
    for (const rules of EVERY_RULES) {
      const steps = await templates(idp, rules);
      const own = steps.filter(isOwnStep);
      expect(own).toHaveLength(2);
      expect(steps.at(-1)).toBe(own[1]);
      const shown = steps.filter((step) => !isOwnStep(step));
      expect(JSON.stringify(shown)).not.toMatch(
        /rollcall (?:org|token|client|users)|\b100 characters|\b256 characters/,
      );
    }
  });

  test("leads to a page wherever an operator would type a command", async () => {
    const shown = (await Promise.all(EVERY_RULES.map((rules) => templates(idp, rules)))).flat();
    for (const text of shown.filter((step) => !isOwnStep(step)).flatMap(proseOf)) {
      for (const piece of prosePieces(text)) {
        // No page makes a trust.
        const isTrust = piece.text.startsWith("client create --");
        if (piece.kind === "command") expect(pageOfCommand(piece.text) === null).toBe(isTrust);
        else expect(piece.text).not.toContain("{do:");
      }
    }
  });

  test("is complete in German: the same places for values, the same labels of consoles, the same commands", async () => {
    for (const rules of EVERY_RULES) {
      for (const step of (await templates(idp, rules)).filter((one) => !isOwnStep(one))) {
        for (const english of proseOf(step)) {
          const german = guideTextsDe.get(english) ?? `not translated: ${english}`;
          expect(marked(german)).toEqual(marked(english));
        }
      }
    }
  });
});

describe("prose of guides", () => {
  test("tells labels, typed text and commands apart", () => {
    expect(prosePieces('Press "Save", type `userName`: `{do:users}`.')).toEqual([
      { kind: "text", text: "Press " },
      { kind: "label", text: "Save" },
      { kind: "text", text: ", type " },
      { kind: "code", text: "userName" },
      { kind: "text", text: ": " },
      { kind: "command", text: "users" },
      { kind: "text", text: "." },
    ]);
  });

  test("does not name us to people who never heard of us", () => {
    const said = withoutOurName("Rollcall takes it. What Rollcall's text says; Rollcall knows.", "this service");
    expect(said).toBe("This service takes it. What this service's text says; this service knows.");
  });
});

describe("what arrives, live", () => {
  const now = "2026-03-01T12:00:00Z";
  const contact = { at: "2026-03-01T11:59:57Z", idp: "entra", op: "users.list", status: 200, ref: "r" };
  const nothing: ContactState = {
    now,
    last: null,
    read: null,
    written: null,
    refused: null,
    tokenUsedAt: null,
    users: 0,
    groups: 0,
  };

  test("goes from waiting over the connection test to what has arrived", () => {
    expect(liveStage(nothing)).toEqual({ kind: "waiting" });
    expect(liveStage({ ...nothing, tokenUsedAt: now })).toEqual({ kind: "used", at: now });
    const tested = { ...nothing, tokenUsedAt: now, last: contact, read: contact };
    expect(liveStage(tested)).toEqual({ kind: "passed", contact });
    const written = { ...contact, op: "users.create", status: 201 };
    expect(liveStage({ ...tested, last: written, written, users: 1 })).toEqual({
      kind: "arrived",
      contact: written,
      users: 1,
      groups: 0,
    });
    // What arrived earlier than the journal knows.
    expect(liveStage({ ...nothing, users: 12, groups: 2 })).toMatchObject({ kind: "arrived", contact: null });
  });

  test("names nothing but refusals as that, and a refusal beside other things for a day", () => {
    const refused = { ...contact, op: "users.create", status: 400 };
    expect(liveStage({ ...nothing, last: refused, refused })).toEqual({ kind: "refusedOnly", contact: refused });
    expect(recentRefusal({ ...nothing, refused })).toEqual(refused);
    expect(recentRefusal({ ...nothing, refused: { ...refused, at: "2026-02-28T11:59:57Z" } })).toBeNull();
  });
});

async function templates(idp: Idp, rules: Rules): Promise<readonly SetupStep[]> {
  return guideTemplate(await loadGuide(idp), rules);
}

/** Everything in a step that is said in a language: not what consoles and attributes are called. */
function proseOf({ title, parts }: SetupStep): string[] {
  return [title, ...parts.flatMap(proseOfPart)];
}

function proseOfPart(part: SetupPart): string[] {
  switch (part.kind) {
    case "action":
    case "note":
      return [part.text];
    case "fields":
    case "mappings":
    case "json":
      return [];
  }
}

function marked(text: string): string[] {
  const pieces = prosePieces(text).flatMap((piece) => (piece.kind === "text" ? [] : [`${piece.kind} ${piece.text}`]));
  return [...pieces, ...[...text.matchAll(/\{(?!do:)\w+\}/g)].map(([name]) => name)].sort();
}
