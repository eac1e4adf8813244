import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { InputError } from "../../core/domain/errors.ts";
import type { FetchApi } from "../alpaca/clientOptions.ts";
import type { Exchange } from "../exchange/exchange.ts";

const timeMs = z.int();
const head = z.strictObject({ exchange: z.literal(1), fromMs: timeMs, setup: z.string() });
const sent = z.strictObject({ timeMs, method: z.string(), path: z.string(), body: z.string() });
const reached = z.strictObject({ timeMs });
const line = z.union([sent, reached]);

/** What an exchange was asked to do, and when by its clock; or how far its clock has come. */
export type Asked = z.output<typeof line>;

/**
 * Everything that changed an exchange of this process, in a file beside the books. The exchange is
 * the same for the same requests, so one that was lost with its process comes back as it was.
 */
export class RequestLog {
  /** Where the exchange's clock began, UTC ms. */
  readonly fromMs: number;
  /** What was asked before, oldest first. */
  readonly past: readonly Asked[];
  private readonly path: string;
  private lastMs: number;

  private constructor(path: string, fromMs: number, past: readonly Asked[]) {
    this.path = path;
    this.fromMs = fromMs;
    this.past = past;
    this.lastMs = past.at(-1)?.timeMs ?? Number.NEGATIVE_INFINITY;
  }

  /**
   * Opens the log of an account, or begins it. `setup` says what else the exchange is made of.
   * @throws InputError where it was made of something else, or the file is damaged before its end.
   */
  static open(folder: string, account: string, fromMs: number, setup: string): RequestLog {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `exchange.${account}.jsonl`);
    const lines = existsSync(path) ? wholeLines(path) : [];
    const [first] = lines;
    if (first === undefined) {
      const began = { exchange: 1, fromMs, setup };
      appendFileSync(path, `${JSON.stringify(began)}\n`);
      return new RequestLog(path, fromMs, []);
    }
    const began = read(head, first, `${path}:1`);
    if (began.setup !== setup) {
      throw new InputError(
        `--store: expected the market that this folder was served with (${began.setup}), ` +
          `got ${setup}: name another folder`,
      );
    }
    const past = lines.slice(1).map((text, i) => read(line, text, `${path}:${i + 2}`));
    return new RequestLog(path, began.fromMs, past);
  }

  /** Notes what is about to be done: a process that is killed has written it before it was. */
  add(asked: Asked): void {
    appendFileSync(this.path, `${JSON.stringify(asked)}\n`);
    this.lastMs = asked.timeMs;
  }

  /** Notes how far the clock has come, before anybody hears of what happened until then. */
  reach(timeMs: number): void {
    if (timeMs > this.lastMs) this.add({ timeMs });
  }
}

/** Brings an exchange back to where its log ends, or to a later time at which it is to go on. */
export async function bringBack(
  exchange: Exchange,
  past: readonly Asked[],
  fromMs: number,
): Promise<void> {
  for (const asked of past) {
    exchange.advanceTo(Math.max(exchange.nowMs, asked.timeMs));
    if (!("method" in asked)) continue;
    const { method, path, body } = asked;
    const init = { method, headers: ANY_KEYS, ...(body === "" ? {} : { body }) };
    await exchange.fetch(new Request(`http://exchange${path}`, init));
  }
  exchange.advanceTo(Math.max(exchange.nowMs, fromMs));
}

/** Sends requests to an exchange of this process, noting those that change it. */
export function sendingTo(exchange: Exchange, log: RequestLog | undefined): FetchApi {
  return async (url, init) => {
    const request = new Request(url, init);
    const { method } = request;
    if (log !== undefined && method !== "GET") {
      const { pathname, search } = new URL(request.url);
      const body = await request.clone().text();
      log.add({ timeMs: exchange.nowMs, method, path: `${pathname}${search}`, body });
    }
    return exchange.fetch(request);
  };
}

/** An exchange without keys of its own lets in everybody. */
const ANY_KEYS = { "APCA-API-KEY-ID": "recorded", "APCA-API-SECRET-KEY": "recorded" };

/** Lines that were written whole; what stands behind the last was never acted on, and is cut. */
function wholeLines(path: string): readonly string[] {
  const text = readFileSync(path, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  return whole.split("\n").slice(0, -1);
}

function read<T>(schema: z.ZodType<T>, text: string, place: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new InputError(`${place}: expected a request to the exchange, got ${text.slice(0, 80)}`);
  }
}
