import { useEffect, useState } from "preact/hooks";

/** The texts of refusals, a chunk of their own. Null until loaded; lines are shown without it. */
export type Catalogue = Pick<typeof import("../../app/remedies.ts"), "portalRemedy" | "quirkText" | "againText">;

export function useCatalogue(): Catalogue | null {
  const [catalogue, setCatalogue] = useState<Catalogue | null>(null);
  useEffect(() => {
    let left = false;
    import("../../app/remedies.ts").then(
      (loaded) => left || setCatalogue(loaded),
      // Without it, reasons are shown by name.
      () => undefined,
    );
    return () => {
      left = true;
    };
  }, []);
  return catalogue;
}
