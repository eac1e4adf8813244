import type { BarColumns } from "../../core/domain/market.ts";
import { Replay } from "../../core/runtime/replay.ts";
import { type Fidelity, World } from "../../core/runtime/world.ts";
import { noFee } from "../../core/simulation/fees.ts";
import { noLatency } from "../../core/simulation/latency.ts";
import { noSlippage } from "../../core/simulation/slippage.ts";
import { SimulatedVenue } from "../../core/simulation/venue.ts";
import { benchInstrument, type CrossParams, crossProfile } from "./cross.ts";
import type { CrossOutcome } from "./rawLoop.ts";
import { processorMs } from "./report.ts";

/** The cross through the public strategy API, the handlers and the simulated venue. */
export async function crossReplay(
  series: readonly BarColumns[],
  fidelity: Fidelity,
  params: CrossParams = { fast: 10, slow: 30 },
): Promise<CrossOutcome & { readonly busyMs: number }> {
  const symbols = series.map((_, i) => `S${i}`);
  const world = new World({
    profiles: [crossProfile(symbols, params)],
    fidelity,
    activeFromMs: Number.MIN_SAFE_INTEGER,
    venue: () =>
      new SimulatedVenue({
        fill: "next-open",
        touch: "no-fill",
        participation: null,
        slippage: noSlippage,
        fees: noFee,
        latency: noLatency,
        account: null,
      }),
  });
  const feeds = series.map((columns, i) => {
    return { instrument: benchInstrument(symbols[i] ?? ""), timeframe: "1m" as const, columns };
  });
  const replay = new Replay(world, {
    feeds,
    actions: [],
    ticks: [],
    signals: [],
    financing: null,
    fromMs: Number.MIN_SAFE_INTEGER,
    toMs: Number.POSITIVE_INFINITY,
  });
  const startedMs = processorMs();
  await replay.run();
  const busyMs = processorMs() - startedMs;
  const fills = world.journal.filter(({ type }) => type === "order.filled.v1").length;
  const equity = replay.marks.equity.get("bench")?.at(-1)?.equity ?? Number.NaN;
  return { fills, equity, busyMs };
}
