import type { Position } from "../../provisioning/bothSides.ts";
import { OperatorError } from "../../provisioning/operatorError.ts";

const BEGINNING: Position = { managed: true, after: undefined };

/** Opaque to clients: a letter for the side, and the id of the last resource shown, in base64url. It grants no right. */
export function sidesCursor(next: Position | undefined): string | undefined {
  return next && Buffer.from(`${next.managed ? "m" : "n"}${next.after ?? ""}`).toString("base64url");
}

/** @param isId for the list's ids: a cursor of another list would begin anywhere @throws ScimError 400 */
export function readCursor(text: string | undefined, isId: (id: string) => boolean): Position {
  if (text === undefined || text === "") return BEGINNING;
  const decoded = Buffer.from(text, "base64url").toString("latin1");
  const [side, after] = [decoded.slice(0, 1), decoded.slice(1)];
  const position = { managed: side === "m", after: after === "" ? undefined : after };
  if (sidesCursor(position) === text && (after === "" || isId(after))) return position;
  throw OperatorError.invalidValue("directoryCursor");
}
