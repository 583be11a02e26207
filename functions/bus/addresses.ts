import { BlockList, isIPv4, isIPv6 } from "node:net";

/** The addresses that users may name: `alsoLoopback` is for a developer's machine. */
export type AllowedAddresses = "public" | "alsoLoopback";

/**
 * Addresses that are not public. Sources: IANA's IPv4 special-purpose address registry, whole blocks even where a part is
 * reachable, because nobody offers services there; 224.0.0.0/3 (RFC 5771, RFC 1112): multicast and the reserved rest.
 */
const IPV4_BLOCKS = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.31.196.0", 24],
  ["192.52.193.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["192.175.48.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const;

/** The assigned part of global unicast (RFC 4291 section 2.4): addresses outside are refused, mapped and NAT64 addresses included. */
const IPV6_GLOBAL = ["2000::", 3] as const;
/** Refused blocks inside it, by IANA's IPv6 special-purpose address registry: Teredo and similar, documentation, 6to4, AS112. */
const IPV6_BLOCKS = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["2620:4f:8000::", 48],
  ["3fff::", 20],
] as const;

const ipv4 = blocks(IPV4_BLOCKS, "ipv4");
const ipv6 = blocks(IPV6_BLOCKS, "ipv6");
const ipv6Global = blocks([IPV6_GLOBAL], "ipv6");
const LOOPBACK = { ipv4: blocks([["127.0.0.0", 8]], "ipv4"), ipv6: blocks([["::1", 128]], "ipv6") };

/** @param address from a resolver or a socket; any text that is no address is forbidden */
export function isForbiddenAddress(address: string, allowed: AllowedAddresses): boolean {
  const family = familyOf(address);
  if (family === undefined) return true;
  if (allowed === "alsoLoopback" && LOOPBACK[family].check(address, family)) return false;
  if (family === "ipv4") return ipv4.check(address, family);
  return !ipv6Global.check(address, family) || ipv6.check(address, family);
}

/** Whether an address is in the list, in whatever notation. */
export function isAmong(address: string, addresses: readonly string[]): boolean {
  const family = familyOf(address);
  if (family === undefined) return false;
  // Only addresses of one family: a mixed list would treat a mapped IPv6 address as the IPv4 address.
  const list = new BlockList();
  for (const one of addresses) if (familyOf(one) === family) list.addAddress(one, family);
  return list.check(address, family);
}

/** An address with a zone is not public: the zone names an interface of this machine. */
function familyOf(address: string): "ipv4" | "ipv6" | undefined {
  if (isIPv4(address)) return "ipv4";
  return isIPv6(address) && !address.includes("%") ? "ipv6" : undefined;
}

function blocks(list: readonly (readonly [string, number])[], family: "ipv4" | "ipv6"): BlockList {
  const made = new BlockList();
  for (const [network, prefix] of list) made.addSubnet(network, prefix, family);
  return made;
}
