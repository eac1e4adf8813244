import type { EventOf } from "../events/catalogue.ts";
import type { AssetInfo } from "../ports/marketData.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { instrumentsOf } from "./gatherer.ts";
import { ingest } from "./ingest.ts";
import type { LivePorts } from "./livePorts.ts";
import { readableState } from "./readable.ts";

/** What the venue lets be done with an instrument. */
type Terms = Pick<AssetInfo, "tradable" | "shortable">;

/** What is taken to hold where the venue was never asked. */
const FREE: Terms = { tradable: true, shortable: true };

/** The venue tells nothing of it. */
const UNKNOWN: Terms = { tradable: false, shortable: false };

/**
 * Asks the venue which instruments can be traded and sold short, and tells the profiles what is
 * other than they know: risk asks for it before each order. To be called each night, and at a
 * start. A person hears of what cannot be traded any more, as a position in it cannot be closed.
 * Answers how many were news.
 */
export async function lookAtAssets(
  ports: LivePorts,
  profiles: readonly CompiledProfile[],
): Promise<number> {
  const symbols = instrumentsOf(profiles).map(({ symbol }) => symbol);
  const found = await ports.marketData.assets(symbols);
  const nowMs = ports.clock.nowMs();
  let news = 0;
  for (const symbol of symbols) {
    const terms = found.get(symbol) ?? UNKNOWN;
    if (!(await isNews(ports, profiles, symbol, terms))) continue;
    news += 1;
    await ingest(ports.store, changedEvent(symbol, terms, nowMs));
    if (terms.tradable) continue;
    await ports.notifier.notify({
      key: `asset.${symbol}`,
      severity: "warning",
      title: `${symbol} cannot be traded`,
      text: found.has(symbol)
        ? "the venue lists it as not tradable: entries are denied, and exits may be refused"
        : "the venue does not know it: entries are denied",
      timeMs: nowMs,
    });
  }
  return news;
}

async function isNews(
  { store }: LivePorts,
  profiles: readonly CompiledProfile[],
  symbol: string,
  { tradable, shortable }: Terms,
): Promise<boolean> {
  for (const { name, universe } of profiles) {
    if (!universe.has(symbol)) continue;
    const known = (await readableState(store, name))?.symbols[symbol]?.asset ?? FREE;
    if (known.tradable !== tradable || known.shortable !== shortable) return true;
  }
  return false;
}

function changedEvent(
  symbol: string,
  { tradable, shortable }: Terms,
  nowMs: number,
): EventOf<"asset.changed.v1"> {
  const id = `asset.${symbol}.${nowMs.toString(36)}`;
  const times = { eventTimeMs: nowMs, receivedTimeMs: nowMs, causationId: id };
  return { type: "asset.changed.v1", id, ...times, data: { symbol, tradable, shortable } };
}
