import { InputError, TransientError } from "../../core/domain/errors.ts";
import type { Clock } from "../../core/ports/clock.ts";

/** The machine's own clock. */
export const systemClock = {
  nowMs: () => Date.now(),
  refresh: async () => {},
};

/** The clock of a local exchange: its time is the market's, and need not be ours. */
export class VenueClock implements Clock {
  private readonly url: string;
  private readonly headers: Readonly<Record<string, string>>;
  private atMs = 0;

  constructor(baseUrl: string, keyId: string, secret: string) {
    if (!URL.canParse(baseUrl)) {
      throw new InputError(`expected the address of an exchange, got "${baseUrl}"`);
    }
    this.url = new URL("/v2/clock", baseUrl).href;
    this.headers = { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": secret };
  }

  nowMs(): number {
    return this.atMs;
  }

  async refresh(): Promise<void> {
    // In a run that has begun each step is tried again; at its start the address is wrong.
    const reply = await fetch(this.url, { headers: this.headers }).catch((error: unknown) => {
      const why = error instanceof Error ? String(error.cause ?? error.message) : "nothing";
      throw new InputError(`clock: expected an answer of ${this.url}, got ${why}`);
    });
    // A venue that is busy, or down for a moment, is asked again: it says nothing of our input.
    if (reply.status === 429 || reply.status >= 500) {
      throw new TransientError(`clock: ${this.url} answered ${reply.status}`, 500);
    }
    if (reply.status === 401 || reply.status === 403) {
      throw new InputError(
        "keys: expected those of the exchange in APCA_API_KEY_ID and APCA_API_SECRET_KEY, " +
          `${this.url} answered ${reply.status}`,
      );
    }
    // What is no exchange answers with a page, and a proxy in trouble with nothing at all.
    const body: unknown = await reply.json().catch(() => null);
    const stamp = typeof body === "object" && body !== null && "timestamp" in body;
    const atMs = stamp ? Date.parse(String(body.timestamp)) : Number.NaN;
    if (Number.isNaN(atMs)) {
      throw new InputError(`clock: expected a timestamp of ${this.url}, got ${reply.status}`);
    }
    this.atMs = atMs;
  }
}
