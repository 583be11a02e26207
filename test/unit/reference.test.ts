import { expect, test } from "@jest/globals";
import { pastedReferences } from "../../bin/rollcall/log/logReader.ts";

const GATEWAY = "JKJaXm+LvHc/SHA=";

test.each([
  ["a reference of ours", "0a1b2c3d4e5f", [["ref", "0a1b2c3d4e5f"]]],
  ["one in capitals", "(REF: 0A1B2C3D4E5F)", [["ref", "0a1b2c3d4e5f"]]],
  ["an error of ours", '{"detail":"No such user. (ref: 0a1b2c3d4e5f)"}', [["ref", "0a1b2c3d4e5f"]]],
  ["one with spaces around it", " ( ref:  0a1b2c3d4e5f ) ", [["ref", "0a1b2c3d4e5f"]]],
  ["one without its beginning", "0a1b2c3d4e5f )", [["ref", "0a1b2c3d4e5f"]]],
  ["API Gateway's id, whose case counts", GATEWAY, [["apigwReqId", GATEWAY]]],
  ["an error of API Gateway", `{"detail":"Too many requests. (ref: ${GATEWAY})"}`, [["apigwReqId", GATEWAY]]],
  ["an id with a dash", "(ref: TW-JCEzUoAMEsfw=)", [["apigwReqId", "TW-JCEzUoAMEsfw="]]],
  ["JSON in JSON", "busy. (ref: JKJaXm\\u002BLvHc\\u002fSHA\\u003d)", [["apigwReqId", GATEWAY]]],
  ["a URL", "(ref: JKJaXm%2BLvHc%2FSHA%3D)", [["apigwReqId", GATEWAY]]],
  ["HTML", "(ref: JKJaXm&#x2B;LvHc&#x2F;SHA&#x3D;)", [["apigwReqId", GATEWAY]]],
  [
    "both kinds, each once and in order",
    `(ref: ${GATEWAY}) (ref: 0a1b2c3d4e5f) (ref: ${GATEWAY})`,
    [
      ["apigwReqId", GATEWAY],
      ["ref", "0a1b2c3d4e5f"],
    ],
  ],
  ["no reference", "it does not work", []],
  ["what no log may be asked for", '(ref: ") or (1=1)', []],
])("%s is found in a pasted text", (_what, text, found) => {
  expect(pastedReferences(text).map((one) => [one.field, one.text])).toEqual(found);
});
