import type { LivePorts } from "./livePorts.ts";
import { catchUp, pollUpdates } from "./pollUpdates.ts";

/** Asked for twice over a gap, ms: the venue lists some fills late. */
const OVERLAP_MS = 60_000;

/** The lease of an account's sight: whoever leads next takes it over as the same holder. */
const HOLDER = "stream";

/** A stream that is silent for so long is taken for dead, ms. */
const TTL_MS = 15_000;

/** Name of the lease that is held while trade updates of an account reach us. */
export function sightOf(account: string): string {
  return `updates.${account}`;
}

/**
 * Since when trade updates of an account are missed, UTC ms; null while they flow, and where no
 * stream ever was, as they are then asked for by the clock.
 */
export async function blindSince(ports: LivePorts, account: string): Promise<number | null> {
  const held = await ports.leases.find(sightOf(account));
  if (held === undefined || held.expiresAtMs > ports.clock.nowMs()) return null;
  return held.expiresAtMs - TTL_MS;
}

/**
 * Where trade updates are missed, asks the venue for them, as nothing may be sent before they are
 * known. Answers whether a fill was new: what was decided before was then decided on old books.
 * @throws whatever keeps the venue from answering: nothing was sent, and nothing may be.
 */
export async function seeAgain(ports: LivePorts, account: string): Promise<boolean> {
  const sinceMs = await blindSince(ports, account);
  if (sinceMs === null) return false;
  const told = await catchUp(ports, account, sinceMs - OVERLAP_MS);
  return told.some(({ type }) => type === "order.filled.v1");
}

/** Name of the lease that says when an account was last compared with its venue. */
function comparisonOf(account: string): string {
  return `compared.${account}`;
}

/** When the books of an account were last compared with the venue's, UTC ms; null for never. */
export async function comparedMs({ leases }: LivePorts, account: string): Promise<number | null> {
  return (await leases.find(comparisonOf(account)))?.expiresAtMs ?? null;
}

/** Remembers that the books of an account were compared with the venue's just now. */
export async function noteCompared({ leases }: LivePorts, account: string, nowMs: number) {
  await leases.acquire(comparisonOf(account), "reconciliation", nowMs, 0);
}

/** What the stream of an account's trade updates is like. */
interface Sight {
  isLive: boolean;
  /** Updates up to here are booked, UTC ms. */
  knownMs: number;
  polledMs: number;
  /** What the store was last told, and when, UTC ms; null before. */
  told: { readonly isLive: boolean; readonly timeMs: number } | null;
}

/**
 * Which accounts are seen, by who holds their streams. The store is told by a lease that is renewed
 * while updates flow: the gate of orders asks for it, and a task that dies lets it run out.
 */
export class Sights {
  private readonly ports: LivePorts;
  private readonly sights: ReadonlyMap<string, Sight>;

  /** All are blind until they are told to see. */
  constructor(ports: LivePorts, accounts: readonly string[]) {
    this.ports = ports;
    const knownMs = ports.clock.nowMs();
    const blind = (): Sight => ({ isLive: false, knownMs, polledMs: 0, told: null });
    this.sights = new Map([...new Set(accounts)].map((account) => [account, blind()]));
  }

  get accounts(): readonly string[] {
    return [...this.sights.keys()];
  }

  /** Whether trade updates of every account flow. */
  get isLive(): boolean {
    return [...this.sights.values()].every(({ isLive }) => isLive);
  }

  /** Updates of an account flow, or do so no more. */
  set(account: string, isLive: boolean): void {
    const sight = this.sights.get(account);
    if (sight === undefined || sight.isLive === isLive) return;
    sight.isLive = isLive;
    if (!isLive) sight.knownMs = this.ports.clock.nowMs();
  }

  /** Tells the store what is news, and in time that an account is still seen. */
  async tell(): Promise<void> {
    const { leases, clock } = this.ports;
    for (const [account, sight] of this.sights) {
      const { isLive, told } = sight;
      const timeMs = clock.nowMs();
      const isOld = isLive && timeMs - (told?.timeMs ?? 0) >= TTL_MS / 3;
      if (told?.isLive === isLive && !isOld) continue;
      // One that is blind has run out: it stays known that there is a stream to wait for.
      const held = await leases.acquire(sightOf(account), HOLDER, timeMs, isLive ? TTL_MS : 0);
      if (held !== null) sight.told = { isLive, timeMs };
    }
  }

  /** Asks over REST for what the streams that are down do not bring. */
  async poll(everyMs: number): Promise<void> {
    const nowMs = this.ports.clock.nowMs();
    for (const [account, sight] of this.sights) {
      if (sight.isLive || nowMs - sight.polledMs < everyMs) continue;
      sight.polledMs = nowMs;
      await pollUpdates(this.ports, account, sight.knownMs - OVERLAP_MS);
    }
  }
}
