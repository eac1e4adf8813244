import type { Faults } from "./faults.ts";
import { httpOf } from "./http.ts";
import { type ExchangeOptions, settingsOf } from "./options.ts";
import { PaperAccount } from "./paper.ts";
import { Run } from "./run.ts";
import { type Listening, type ListenOptions, listen } from "./server.ts";
import type { UpdateListener } from "./updates.ts";

export type { FaultInput } from "./faults.ts";
export type { ExchangeOptions } from "./options.ts";
export type { Listening, ListenOptions } from "./server.ts";

/** A paper account that answers as Alpaca does, on recorded markets and a virtual clock. */
export interface Exchange {
  /** The virtual time, UTC ms. */
  readonly nowMs: number;
  /** Time of the next thing recorded, UTC ms; Infinity at the end. */
  readonly nextMs: number;
  /** Where the recording, or the part of it that was asked for, ends, UTC ms. */
  readonly untilMs: number;
  readonly symbols: readonly string[];
  readonly faults: Faults;
  /**
   * Answers a request in process, whatever its host.
   * @throws LostReply, a TypeError as of `fetch`, where a fault cuts the reply off.
   */
  fetch(request: Request): Promise<Response>;
  /**
   * Moves the clock on: everything up to a time happens before it returns, that included.
   * @throws InputError for a time gone by.
   */
  advanceTo(timeMs: number): void;
  /** The same no faster than the clients of {@link listen} read. */
  runTo(timeMs: number): Promise<void>;
  /** Moves the clock to the next thing recorded; false at the end. */
  step(): boolean;
  /** Hears trade updates as the stream tells them, until the returned function is called. */
  subscribe(listener: UpdateListener): () => void;
  /** Serves REST and WebSockets on one port. */
  listen(options?: ListenOptions): Promise<Listening>;
}

/**
 * Makes an exchange from a recording. The same options and requests give the same replies, ids
 * included.
 * @throws InputError where nothing is recorded.
 */
export function createExchange(options: ExchangeOptions): Exchange {
  const paper = new PaperAccount(settingsOf(options));
  const run = new Run(paper);
  const fetch = httpOf(paper, run);
  return {
    get nowMs() {
      return paper.nowMs;
    },
    get nextMs() {
      return run.nextMs;
    },
    get untilMs() {
      return run.untilMs;
    },
    symbols: [...paper.market.tapes.keys()],
    faults: paper.faults,
    fetch,
    advanceTo: (timeMs) => paper.market.advanceTo(timeMs),
    runTo: (timeMs) => run.to(timeMs),
    step() {
      if (run.nextMs === Number.POSITIVE_INFINITY) return false;
      paper.market.advanceTo(run.nextMs);
      return true;
    },
    subscribe: (listener) => paper.updates.subscribe(listener),
    listen: (how = {}) => listen(paper, run, fetch, how),
  };
}
