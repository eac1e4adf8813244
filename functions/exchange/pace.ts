import { HOUR_MS } from "../../core/domain/time.ts";
import type { Exchange } from "./exchange.ts";

const TICK_MS = 50;

/** How the virtual clock of a served exchange goes along with the wall's. */
export interface Pace {
  /** Virtual milliseconds a millisecond. */
  readonly speed: number;
  /** Jumps over times without anything recorded that last more than an hour. */
  readonly skipsClosed: boolean;
}

/** Lets the clock go on by itself until the recording ends or it is stopped. */
export function startPace(exchange: Exchange, pace: Pace): { stop(): Promise<void> } {
  let isStopped = false;
  let last: Promise<void> = Promise.resolve();
  let virtualMs = exchange.nowMs;
  let wallMs = performance.now();
  const tick = async () => {
    const now = performance.now();
    // The clock may have been moved by hand meanwhile; it never goes back.
    virtualMs = Math.max(virtualMs, exchange.nowMs) + (now - wallMs) * pace.speed;
    wallMs = now;
    const { nextMs, untilMs } = exchange;
    const isQuiet = nextMs - virtualMs > HOUR_MS && Number.isFinite(nextMs);
    if (pace.skipsClosed && isQuiet) virtualMs = nextMs;
    virtualMs = Math.max(exchange.nowMs, Math.min(virtualMs, untilMs));
    await exchange.runTo(Math.floor(virtualMs));
  };
  const timer = setInterval(() => {
    if (!isStopped) last = last.then(tick);
  }, TICK_MS);
  return {
    stop() {
      isStopped = true;
      clearInterval(timer);
      return last;
    },
  };
}
