export interface CommandOption {
  readonly type: "string" | "boolean";
  readonly multiple?: boolean;
  /** What stands for the value in the help, e.g. `PATH`. */
  readonly value?: string;
  readonly help: string;
}

export type CommandOptions = Readonly<Record<string, CommandOption>>;

/** Options as given: a string, true, or an array where the option may be repeated. */
export type GivenOptions = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

export function textOption(options: GivenOptions, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}

export function textOptions(options: GivenOptions, name: string): readonly string[] {
  const value = options[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
