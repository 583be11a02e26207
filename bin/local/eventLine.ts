import type { Envelope } from "../../functions/provisioning/events.ts";

/** An event for a person's eye: `event  user.updated u0f3… version 2 (displayName, emails) ref 0a1b2c3d4e5f acme`. */
export function eventLine({ "detail-type": type, detail }: Envelope): string {
  const { changed, id, managed, member, orgName, reference, version } = detail;
  return [
    `event  ${type}`,
    member === undefined ? id : `${member} in ${id}`,
    version === undefined ? "" : `version ${version}`,
    changed === undefined ? "" : `(${changed.join(", ")})`,
    managed ? "" : "unmanaged",
    `ref ${reference}`,
    orgName ?? "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}
