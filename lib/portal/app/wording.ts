/** A singular and a plural text: `{ one: "{n} user", other: "{n} users" }`. */
export interface PluralText {
  readonly one: string;
  readonly other: string;
}

type TextValues = Readonly<Record<string, string | number>>;

/** The form of texts, numbers and times in one language. */
export interface Wording {
  readonly lang: string;
  /** @param text with `{name}` for each value */
  fill(text: string, values: TextValues): string;
  /** `{n}` is the number in the language's form. */
  counted(number: number, text: PluralText, values?: TextValues): string;
  number(value: number): string;
  /** A share between 0 and 1. */
  percent(share: number): string;
  /** Date, time of day and time zone. @param iso RFC 3339 */
  dateTime(iso: string): string;
  date(iso: string): string;
  timeOfDay(iso: string): string;
  /** "3 seconds ago", "in 5 days". @param now milliseconds since 1970 */
  relative(iso: string, now: number): string;
  /** "a, b and c" */
  list(values: readonly string[]): string;
}

const UNITS = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["week", 7 * 86_400],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;

export function wordingOf(lang: string): Wording {
  const plurals = new Intl.PluralRules(lang);
  const numbers = new Intl.NumberFormat(lang);
  const shares = new Intl.NumberFormat(lang, { style: "percent", maximumFractionDigits: 1 });
  const dateTimes = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "long" });
  const dates = new Intl.DateTimeFormat(lang, { dateStyle: "medium" });
  const times = new Intl.DateTimeFormat(lang, { timeStyle: "short" });
  const relatives = new Intl.RelativeTimeFormat(lang, { numeric: "always" });
  const lists = new Intl.ListFormat(lang);
  const valueText = (value: string | number) => (typeof value === "number" ? numbers.format(value) : value);
  const fill = (text: string, values: TextValues) => {
    const known = new Map(Object.entries(values));
    return text.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => {
      const value = known.get(name);
      return value === undefined ? placeholder : valueText(value);
    });
  };
  return {
    lang,
    fill,
    counted: (number, { one, other }, values = {}) =>
      fill(plurals.select(number) === "one" ? one : other, { ...values, n: number }),
    number: (value) => numbers.format(value),
    percent: (share) => shares.format(share),
    dateTime: (iso) => dateTimes.format(new Date(iso)),
    date: (iso) => dates.format(new Date(iso)),
    timeOfDay: (iso) => times.format(new Date(iso)),
    relative: (iso, now) => {
      const seconds = Math.round((Date.parse(iso) - now) / 1000);
      const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
      // For 0 the sign gives the direction.
      return relatives.format(seconds === 0 ? -0 : Math.trunc(seconds / size), unit);
    },
    list: (values) => lists.format(values),
  };
}
