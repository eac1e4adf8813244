import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Engine } from "../../core/runtime/engine.ts";
import { MemoryLeases } from "../../core/runtime/memoryLeases.ts";
import { openBooks, openProfile } from "../../core/runtime/open.ts";
import { orderListText, orderRecords } from "../../core/runtime/orderRecords.ts";
import { baseOf } from "../../core/runtime/pollBars.ts";
import { bpsFee } from "../../core/simulation/fees.ts";
import { bpsSlippage } from "../../core/simulation/slippage.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { Runner } from "../../core/strategy/runner.ts";
import { connectAlpaca } from "../../functions/alpaca/connect.ts";
import { createExchange } from "../../functions/exchange/exchange.ts";
import { playMarket } from "../../functions/serve/playback.ts";
import { barAt } from "../live/desk.ts";
import { LiveStore } from "../live/liveStore.ts";
import { feeds, profile } from "../live/minutes.ts";
import { recordingOf, replayed } from "../runtime/worlds.ts";

describe("over the wire of the exchange, by the real client", () => {
  test("the orders are those of a replay, fill for fill", async () => {
    const compiled = compileProfile(profile());
    const played = feeds();
    const exchange = createExchange({ feeds: played, slippage: bpsSlippage(1), fees: bpsFee(1) });
    const store = new LiveStore();
    const clock = { nowMs: () => exchange.nowMs };
    const { venue, data: marketData } = connectAlpaca({
      keyId: "key",
      secret: "secret",
      fetchApi: (url, init) => exchange.fetch(new Request(url, init)),
      known: () => store.book("minutes")?.value.orders ?? [],
      clock,
      limit: { requests: 1_000_000, windowMs: 60_000 },
      fees: bpsFee(1),
    });
    const notices: string[] = [];
    const absent = (): never => {
      throw new Error("not part of this desk");
    };
    const ports = {
      store,
      journal: store,
      switches: store,
      clock,
      venue: () => venue,
      runner: () => new Runner(compiled),
      leases: new MemoryLeases(),
      scheduler: { once: absent, remove: absent },
      marketData,
      notifier: { notify: async ({ text }: { text: string }) => void notices.push(text) },
    };
    await openBooks(store, [compiled]);
    const none = async () => ({ timeframe: baseOf([compiled]), bars: new Map() });
    await openProfile(store, compiled, none, 0);
    const options = {
      profiles: [compiled],
      bars: { base: "1m", graceMs: 0 },
      deadlineMs: 60_000,
    } as const;
    const engine = new Engine(ports, store, options, Number.MAX_SAFE_INTEGER);
    await playMarket(
      [{ account: "minutes", exchange, venue }],
      {
        report: (account, reports) => engine.report(account, reports),
        step: () => {
          for (const { instrument, columns } of played) {
            const bar = barAt(columns, columns.closeTimeMs.indexOf(exchange.nowMs));
            if (bar !== null) engine.takeBar(instrument.symbol, bar);
          }
          return engine.tick();
        },
      },
      Number.POSITIVE_INFINITY,
    );
    expect(notices).toEqual([]);
    const { world } = await replayed([profile()], recordingOf(played));
    const listOf = (events: Parameters<typeof orderRecords>[0]) =>
      orderListText(orderRecords(events));
    const live = listOf(store.entries.map(({ event }) => event));
    const replay = listOf(world.journal);
    expect(live).toBe(replay);
    expect(createHash("sha256").update(live).digest("hex")).toHaveLength(64);
  });
});
