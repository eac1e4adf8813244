import { createHistogram } from "node:perf_hooks";
import type { Dice } from "../../functions/simulate/dice.ts";
import { rig, SECRETS, send, signedHeaders, typed } from "../webhook/rig.ts";

/** What became of calls that were changed by chance. */
export interface WebhookFuzz {
  readonly answered5xx: number;
  readonly p99Ms: number;
  /** How much more memory is held at the end, MB. */
  readonly grownMb: number;
}

/** A webhook is made anew after so many: it keeps the signals that it took. */
const FRESH = 20_000;
const PATHS = ["/signals/spy", `/signals/spy/${SECRETS["spy/path"][0]}`, "/kill/all", "/signals/x"];
const NAMES = ["content-type", "content-encoding", "content-length", "authorization", "x-a"];
const VALUES = ["text/plain", "application/json; charset=latin1", "gzip", "-1", "x".repeat(4_000)];

/** Sends good calls with bytes of the body and headers changed. */
export async function fuzzWebhook(count: number, dice: Dice): Promise<WebhookFuzz> {
  const histogram = createHistogram();
  let door = rig();
  let answered5xx = 0;
  const memory = () => {
    globalThis.gc?.();
    return process.memoryUsage.rss() / 1e6;
  };
  let before = memory();
  for (let i = 0; i < count; i += 1) {
    if (i % FRESH === 0) door = rig();
    // What the first calls make hot is no growth.
    if (i === FRESH) before = memory();
    const body = JSON.stringify(typed({ id: `i${i}`, comment: "mutated" }));
    const from = performance.now();
    const { status } = await send(door, PATHS[dice.between(0, PATHS.length - 1)] ?? "/", {
      body: changed(body, dice),
      headers: headersOf(body, dice),
    });
    histogram.record(Math.max(1, Math.round((performance.now() - from) * 1e6)));
    if (status >= 500) answered5xx += 1;
  }
  return { answered5xx, p99Ms: histogram.percentile(99) / 1e6, grownMb: memory() - before };
}

function changed(good: string, dice: Dice): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.from(good);
  for (let edit = dice.between(0, 4); edit > 0; edit -= 1) {
    bytes[dice.between(0, bytes.length - 1)] = dice.between(0, 255);
  }
  return new Uint8Array(bytes.subarray(0, bytes.length - dice.between(0, 4)));
}

function headersOf(body: string, dice: Dice): Record<string, string> {
  const headers = dice.oneIn(3) ? signedHeaders(body) : { "content-type": "application/json" };
  if (dice.oneIn(2)) return headers;
  const name = NAMES[dice.between(0, NAMES.length - 1)] ?? "";
  return { ...headers, [name]: VALUES[dice.between(0, VALUES.length - 1)] ?? "" };
}
