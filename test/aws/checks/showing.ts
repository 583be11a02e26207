import { AwsCallFailed, type LiveCheck } from "../liveStack.ts";

/** @param why what an emulator lacks that the check is about */
export function onAws(why: string, { name, run }: LiveCheck): LiveCheck {
  return {
    name,
    run: async (stack) => (stack.emulated ? { differences: [], notShown: `this is an emulator: ${why}` } : run(stack)),
  };
}

/** What the credentials of this run may not look at is no fault of the stack. */
export function unlessForbidden({ name, run }: LiveCheck): LiveCheck {
  return {
    name,
    run: async (stack) => {
      try {
        return await run(stack);
      } catch (cause) {
        const forbidden = cause instanceof AwsCallFailed && /^(AccessDenied|UnauthorizedOperation)/.test(cause.code);
        if (!forbidden) throw cause;
        return { differences: [], notShown: cause.message };
      }
    },
  };
}
