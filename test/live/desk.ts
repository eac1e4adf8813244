import { createHash } from "node:crypto";
import { decimal } from "../../core/domain/decimal.ts";
import type { Bar } from "../../core/domain/market.ts";
import type { BarsQuery } from "../../core/ports/marketData.ts";
import type { Notice } from "../../core/ports/notifier.ts";
import type { OnceJob } from "../../core/ports/scheduler.ts";
import type { VenueReport } from "../../core/ports/venue.ts";
import type { VenueAccount } from "../../core/ports/venueAccount.ts";
import { Engine } from "../../core/runtime/engine.ts";
import type { BarFeed } from "../../core/runtime/feeds.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import { openBooks, openProfile } from "../../core/runtime/open.ts";
import { orderListText, orderRecords } from "../../core/runtime/orderRecords.ts";
import { SimulatedAccount } from "../../core/runtime/simulatedAccount.ts";
import { bpsFee } from "../../core/simulation/fees.ts";
import { noLatency } from "../../core/simulation/latency.ts";
import { bpsSlippage } from "../../core/simulation/slippage.ts";
import { SimulatedVenue } from "../../core/simulation/venue.ts";
import { compileProfile, type Profile } from "../../core/strategy/profile.ts";
import { Runner } from "../../core/strategy/runner.ts";
import { withShadows } from "../../core/strategy/shadowed.ts";
import { LiveStore } from "./liveStore.ts";

/** One account traded live against a simulated venue, on a clock that the test moves. */
export async function deskOf(
  profile: Profile,
  timeframe: BarFeed["timeframe"],
  wrap: (account: SimulatedAccount) => VenueAccount = (account) => account,
  heard: (reports: readonly VenueReport[]) => readonly VenueReport[] = (reports) => reports,
  bars: (query: BarsQuery) => ReadonlyMap<string, readonly Bar[]> = () => new Map(),
  store = new LiveStore(),
  beside: readonly Profile[] = [],
) {
  const together = withShadows([profile, ...beside].map(compileProfile));
  const [compiled] = together;
  if (compiled === undefined) throw new Error("expected a profile");
  const simulated = new SimulatedVenue({
    fill: "next-open",
    touch: "no-fill",
    participation: null,
    slippage: bpsSlippage(1),
    fees: bpsFee(1),
    latency: noLatency,
    account: null,
  });
  const account = new SimulatedAccount(simulated, decimal("100000"));
  const venue = wrap(account);
  const notices: Notice[] = [];
  const time = { nowMs: 0 };
  const planned = new Map<string, OnceJob>();
  const absent = (): never => {
    throw new Error("not part of this desk");
  };
  const ports: LivePorts = {
    store,
    journal: store,
    switches: store,
    clock: { nowMs: () => time.nowMs },
    venue: () => venue,
    runner: (name) => new Runner(together.find((one) => one.name === name) ?? compiled),
    leases: store.leases,
    scheduler: {
      once: async (job) => {
        if (planned.has(job.name)) return "existed";
        planned.set(job.name, job);
        return "created";
      },
      remove: async (job) => void planned.delete(job),
    },
    marketData: {
      bars: async (query) => bars(query),
      calendar: absent,
      assets: async (symbols) => {
        const terms = { tradable: true, shortable: true, fractionable: true };
        return new Map(symbols.map((symbol) => [symbol, { symbol, ...terms }]));
      },
    },
    notifier: {
      notify: async (notice) => {
        notices.push(notice);
      },
    },
  };
  await openBooks(store, together);
  const history = async () => ({ timeframe, bars: new Map() });
  for (const one of together) await openProfile(store, one, history, 0);
  const gathering = { base: timeframe, graceMs: 0 };
  const options = { profiles: together, bars: gathering, deadlineMs: 60_000 };
  const engine = new Engine(ports, store, options, Number.MAX_SAFE_INTEGER);
  const name = compiled.account.name;

  /** Plays feeds as a market would: the venue first, then the bars, then the clock. */
  const play = async (feeds: readonly BarFeed[]) => {
    const markets = feeds.map(({ instrument }) => simulated.market(instrument));
    const times = [...new Set(feeds.flatMap(({ columns }) => [...columns.closeTimeMs]))];
    for (const timeMs of times.sort((a, b) => a - b)) {
      time.nowMs = timeMs;
      for (const [i, { instrument, columns }] of feeds.entries()) {
        const bar = barAt(columns, columns.closeTimeMs.indexOf(timeMs));
        const market = markets[i];
        if (bar === null || market === undefined) continue;
        await engine.report(name, heard(account.observe(simulated.onBar(market, bar))));
        engine.takeBar(instrument.symbol, bar);
      }
      await engine.tick();
    }
  };
  const hash = () => {
    const events = store.entries.map(({ event }) => event);
    const text = orderListText(orderRecords(events));
    return createHash("sha256").update(text).digest("hex");
  };
  const profiles = together;
  return {
    ...{ engine, ports, store, account, simulated, notices, planned, time, play, hash, name },
    profiles,
  };
}

/** A row of columns as a bar. */
export function barAt(columns: BarFeed["columns"], row: number) {
  if (row < 0) return null;
  const at = (column: Float64Array) => column[row] ?? 0;
  return {
    openTimeMs: at(columns.openTimeMs),
    closeTimeMs: at(columns.closeTimeMs),
    open: at(columns.open),
    high: at(columns.high),
    low: at(columns.low),
    close: at(columns.close),
    volume: at(columns.volume),
  };
}
