import { lookup as resolve } from "node:dns";
import { BlockList, isIPv6, type LookupFunction } from "node:net";
import { InputError } from "../../core/domain/errors.ts";

/** Networks that are no part of the public internet: https://www.iana.org/assignments */
const CLOSED: readonly (readonly [network: string, prefix: number, family: "ipv4" | "ipv6"])[] = [
  ["0.0.0.0", 8, "ipv4"],
  ["10.0.0.0", 8, "ipv4"],
  ["100.64.0.0", 10, "ipv4"],
  ["127.0.0.0", 8, "ipv4"],
  // Clouds answer with a machine's own keys at 169.254.169.254 and 169.254.170.2.
  ["169.254.0.0", 16, "ipv4"],
  ["172.16.0.0", 12, "ipv4"],
  ["192.0.0.0", 24, "ipv4"],
  ["192.0.2.0", 24, "ipv4"],
  ["192.88.99.0", 24, "ipv4"],
  ["192.168.0.0", 16, "ipv4"],
  ["198.18.0.0", 15, "ipv4"],
  ["198.51.100.0", 24, "ipv4"],
  ["203.0.113.0", 24, "ipv4"],
  ["224.0.0.0", 3, "ipv4"],
  ["64:ff9b:1::", 48, "ipv6"],
  ["2001:db8::", 32, "ipv6"],
  ["2002::", 16, "ipv6"],
];
/** All of IPv6 that is given out for public use; the rest is local, mapped or not yet given. */
const OPEN_V6 = new BlockList();
OPEN_V6.addSubnet("2000::", 3, "ipv6");

const closed = new BlockList();
for (const [network, prefix, family] of CLOSED) closed.addSubnet(network, prefix, family);

/** Whether an address is of the public internet, so that nothing of our own answers there. */
export function isPublic(address: string): boolean {
  if (!isIPv6(address)) return !closed.check(address, "ipv4");
  return OPEN_V6.check(address, "ipv6") && !closed.check(address, "ipv6");
}

/**
 * Resolves a name for a connection, and refuses it where any of its addresses is not public. The
 * connection is made to the address that was looked at: a name that answers otherwise when it is
 * asked again (DNS rebinding) gains nothing.
 */
export function publicLookup(lookup: typeof resolve = resolve): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) {
        done(error ?? new InputError("notify: expected a name with an address"), "");
      } else if (!addresses.every(({ address }) => isPublic(address))) {
        done(new InputError("notify: expected a public address"), "");
      } else if (options.all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}
