/** How a Rollcall is known among an account's stacks: bin/preflight looks for it. */
export const STACK_DESCRIPTION = "Rollcall: a SCIM 2.0 service provider";
