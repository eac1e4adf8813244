import type { SwitchScope } from "../ports/switches.ts";
import type { LivePorts } from "./livePorts.ts";
import { catchUp, pollUpdates } from "./pollUpdates.ts";

/** Asked for twice over a gap, ms: the venue lists some fills late. */
const OVERLAP_MS = 60_000;

/** The switch that is on while trade updates of an account do not reach us. */
export function sightOf(account: string): SwitchScope {
  return { kind: "updates", name: account };
}

/** Since when trade updates of an account are missed, UTC ms, or null while they flow. */
export async function blindSince(ports: LivePorts, account: string): Promise<number | null> {
  const { kind, name } = sightOf(account);
  const halts = await ports.switches.halts("", account);
  return halts.find((one) => one.kind === kind && one.name === name)?.sinceMs ?? null;
}

/**
 * Where trade updates are missed, asks the venue for them, as nothing may be sent before they are
 * known. Answers whether something was new: what was decided before was then decided on old books.
 * @throws whatever keeps the venue from answering: nothing was sent, and nothing may be.
 */
export async function seeAgain(ports: LivePorts, account: string): Promise<boolean> {
  const sinceMs = await blindSince(ports, account);
  if (sinceMs === null) return false;
  return (await catchUp(ports, account, sinceMs - OVERLAP_MS)) > 0;
}

/** What the stream of an account's trade updates is like. */
interface Sight {
  isLive: boolean;
  /** Updates up to here are booked, UTC ms. */
  knownMs: number;
  polledMs: number;
  /** What the switch in the store says; null before it was written. */
  told: boolean | null;
}

/** Which accounts are seen, by who holds their streams: the gate of orders asks the store. */
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

  /** Writes down what is news. */
  async tell(): Promise<void> {
    const { switches } = this.ports;
    for (const [account, sight] of this.sights) {
      const { isLive, knownMs: sinceMs } = sight;
      if (sight.told === isLive) continue;
      const reason = "trade updates do not come in";
      if (isLive) await switches.resume(sightOf(account));
      else await switches.halt({ ...sightOf(account), reason, by: "stream", sinceMs });
      sight.told = isLive;
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
