import { test } from "@jest/globals";
import { at } from "../../support/wire.ts";
import { get, made, onWire, refused, user } from "../onWire.ts";

/** What is planned and not there yet: 501 with what to do instead, never a half answer. Goes when it comes. */
const PLANNED = ["/.search", "/Users/.search", "/Groups/.search", ""];

test(
  "Q-3: what is not offered is 501 and says what to do instead, also with broken bodies",
  onWire(async (talk) => {
    const id = await made(talk, "/Users", user("a"));
    const bulk = at((await get(talk, "/ServiceProviderConfig")).json, "bulk.supported") === true;
    for (const path of bulk ? PLANNED : [...PLANNED, "/Bulk"]) {
      for (const body of ["{", {}, { schemas: ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"] }]) {
        await talk.say(`POST ${path}`, { method: "POST", path, body }, refused(501));
      }
      await talk.say(`GET ${path}`, { method: "GET", path }, refused(501));
    }
    await talk.seen("nothing happened", `/Users/${id}`, { userName: "a" });
  }),
);
