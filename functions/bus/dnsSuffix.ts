/** By the beginning of a region's name, the longer first. Source: the SDK's `partitions.json`, `dnsSuffix`. */
const SUFFIXES = [
  ["cn-", "amazonaws.com.cn"],
  ["us-isob-", "sc2s.sgov.gov"],
  ["us-isof-", "csp.hci.ic.gov"],
  ["eu-isoe-", "cloud.adc-e.uk"],
  ["us-iso-", "c2s.ic.gov"],
  ["eusc-", "amazonaws.eu"],
] as const;

/** What the names of AWS's endpoints end in, in the partition of a region: `amazonaws.com` where it is none of its own. */
export function dnsSuffixOf(region: string): string {
  return SUFFIXES.find(([beginning]) => region.startsWith(beginning))?.[1] ?? "amazonaws.com";
}
