import { BlockList, isIPv4, isIPv6 } from "node:net";
import { TRADING_VIEW_ADDRESSES } from "./tradingView.ts";

/** Whether a caller's address is one of a source's; every address is, where it names none. */
export type AddressCheck = (address: string | null) => boolean;

/** Compiles a list of addresses and ranges; an entry that is neither matches nobody. */
export function addressCheck(entries: readonly string[]): AddressCheck {
  if (entries.length === 0) return () => true;
  const list = new BlockList();
  for (const entry of entries) {
    for (const one of entry === "tradingview" ? TRADING_VIEW_ADDRESSES : [entry]) add(list, one);
  }
  return (address) => {
    if (address === null) return false;
    const plain = address.startsWith("::ffff:") ? address.slice(7) : address;
    if (isIPv4(plain)) return list.check(plain, "ipv4");
    return isIPv6(plain) && list.check(plain, "ipv6");
  };
}

function add(list: BlockList, entry: string): void {
  const [address = "", bits] = entry.split("/");
  const family = isIPv4(address) ? "ipv4" : isIPv6(address) ? "ipv6" : null;
  if (family === null) return;
  if (bits === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(bits), family);
}
