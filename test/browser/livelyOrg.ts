import type { IdentityProvider, KitOrg, KitRollcall, ProviderUserWishes } from "rollcall/testkit";
import { ProviderRefused } from "rollcall/testkit";

const HOUR_MS = 3_600_000;
const DOMAIN = "northwind.example";

/** Names as people have them: every script, and what a page could trip over. */
const PEOPLE: readonly ProviderUserWishes[] = [
  person("ada.lovelace", "Ada", "Lovelace", { title: "Head of Analysis", department: "Research" }),
  person("grace.hopper", "Grace", "Hopper", { title: "Rear Admiral", department: "Platform" }),
  person("mohammed.alfasi", "محمد", "الفاسي", { department: "المبيعات" }),
  person("shira.levi", "שירה", "לוי", { title: "מהנדסת" }),
  person("tanaka.sakura", "さくら", "田中", { displayName: "田中 さくら", title: "デザイナー" }),
  person("li.xiaolong", "小龙", "李", { displayName: "李小龙" }),
  person("kim.minjun", "민준", "김", { displayName: "김민준" }),
  person("lukasz.zolc", "Łukasz", "Żółć-Grzegżółka", { department: "Finance" }),
  person("eleni.papadopoulou", "Ελένη", "Παπαδοπούλου"),
  person("yulia.ivanova", "Юлия", "Иванова", { title: "Руководитель отдела" }),
  person("anita.sharma", "अनिता", "शर्मा"),
  person("somchai.jaidee", "สมชาย", "ใจดี"),
  person("o.connor", "Sinéad", "O’Connor"),
  person("jose.nunez", "José", "Núñez de la Peña"),
  person("script.tag", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'),
  person("long.name", "Wolfeschlegelsteinhausenbergerdorff".repeat(4).slice(0, 128), "X".repeat(127)),
  person("margaret.hamilton", "Margaret", "Hamilton", { department: "Platform" }),
  person("radia.perlman", "Radia", "Perlman", { department: "Platform" }),
  person("barbara.liskov", "Barbara", "Liskov", { department: "Research" }),
  person("edsger.dijkstra", "Edsger", "Dijkstra", { department: "Research" }),
];

function person(name: string, givenName: string, familyName: string, more: ProviderUserWishes = {}) {
  return { userName: `${name}@${DOMAIN}`, givenName, familyName, ...more };
}

const at = (name: string): string => `${name}@${DOMAIN}`;

/** The customer's identity provider after two days of work: what an org looks like that somebody has a question about. */
export async function liveTwoDays(rollcall: KitRollcall, org: KitOrg): Promise<IdentityProvider> {
  const entra = rollcall.idp.entra(org);
  const later = (hours: number): void => rollcall.clock.advance(hours * HOUR_MS);
  await entra.testConnection();
  later(1);
  for (const user of PEOPLE) await entra.assign(user);
  await entra.pushGroup("Engineering", ["ada.lovelace", "grace.hopper", "margaret.hamilton", "radia.perlman"].map(at));
  await entra.pushGroup("Research", ["barbara.liskov", "edsger.dijkstra", "ada.lovelace"].map(at));
  await entra.pushGroup("تسويق", ["mohammed.alfasi", "shira.levi"].map(at));
  later(5);
  await entra.rename(at("grace.hopper"), { familyName: "Murray", title: "Commodore" });
  await entra.removeMember("Engineering", at("radia.perlman"));
  later(4);
  // A name of 59 letters where 40 are allowed, and a new userName where that is written at creation only.
  await refusedOf(entra.pushGroup("Customer Success and Support in Europe, Middle East, Africa", [at("o.connor")]));
  await refusedOf(entra.rename(at("jose.nunez"), { userName: at("jose.nunez.pena") }));
  await refusedOf(entra.assign(person("no.address", "No", "Address", { email: "" })));
  later(9);
  await entra.disable(at("edsger.dijkstra"));
  await entra.nightlyCycle();
  later(6);
  await entra.enable(at("edsger.dijkstra"));
  await addStranger(org, entra);
  later(3);
  await entra.rename(at("ada.lovelace"), { department: "Strategy", title: "Chief Analyst" });
  await entra.nightlyCycle();
  await rollcall.settled();
  return entra;
}

/** For what the provider tries in vain; its next cycle tries it again. */
async function refusedOf(attempt: Promise<unknown>): Promise<void> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof ProviderRefused) return;
    throw error;
  }
  throw new Error("This was to be refused, and was not.");
}

/** Somebody who was never provisioned is to be a member: skipped, and counted. */
async function addStranger({ token }: KitOrg, entra: IdentityProvider): Promise<void> {
  const group = entra.groups.find(({ name }) => name === "Engineering");
  const answer = await fetch(`${entra.tenantUrl}/Groups/${group?.id}`, {
    method: "PATCH",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/scim+json" },
    body: JSON.stringify({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
      Operations: [{ op: "Add", path: "members", value: [{ value: "9d1f1f0e-5f0b-4a94-a1d5-d0a8e1e7a5f2" }] }],
    }),
  });
  if (!answer.ok) throw new Error(`The stranger was answered with ${answer.status}.`);
}
