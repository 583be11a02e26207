/** What one request really changed of who may do what: for its log line, and for whoever watches over mass changes. */
export class Effects {
  /** Users whose `active` went from true. */
  deactivated = 0;
  /** Users. */
  deleted = 0;
  membersAdded = 0;
  /** Those of a deleted user or team not counted. */
  membersRemoved = 0;

  /** Only what happened, by name. */
  entries(): Record<string, number> {
    return Object.fromEntries(Object.entries(this).filter(([, count]) => count > 0));
  }
}
