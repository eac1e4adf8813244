import { HOUR_MS, iso, MINUTE_MS } from "../domain/time.ts";
import { bookOf } from "./bookHandler.ts";
import type { LivePorts } from "./livePorts.ts";

/** An order is judged and sent within seconds: after so long something is in its way, ms. */
const STUCK_AFTER_MS = 10 * MINUTE_MS;

/** Who is told hears of it again after so long, ms. */
const AGAIN_AFTER_MS = HOUR_MS;

/** Statuses in which an order waits for us, and for nobody else. */
const OURS: ReadonlySet<string> = new Set(["requested", "approved"]);

/**
 * Tells a person of orders that were decided and neither sent nor denied for long: what they were
 * to protect or to close is not. Answers how many there are. To be called every minute.
 */
export async function tellStuck(ports: LivePorts, account: string): Promise<number> {
  const nowMs = ports.clock.nowMs();
  const { orders } = await bookOf(ports, account);
  const stuck = orders.filter(
    ({ status, updatedTimeMs }) => OURS.has(status) && nowMs - updatedTimeMs > STUCK_AFTER_MS,
  );
  if (stuck.length === 0) return 0;
  const name = `stuck.${account}`;
  const told = await ports.leases.find(name);
  if (told !== undefined && told.expiresAtMs > nowMs) return stuck.length;
  await ports.leases.acquire(name, "watchdog", nowMs, AGAIN_AFTER_MS);
  await ports.notifier.notify({
    key: name,
    severity: "page",
    title: `Account ${account}: ${stuck.length} orders were decided and not sent`,
    text: stuck
      .map(({ request, status, updatedTimeMs }) => {
        const { id, side, symbol, role } = request;
        return `${id}: ${role}, ${side} ${symbol}, ${status} since ${iso(updatedTimeMs)}`;
      })
      .join("\n"),
    timeMs: nowMs,
  });
  return stuck.length;
}
