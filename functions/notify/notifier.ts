import { request } from "node:https";
import type { Clock } from "../../core/ports/clock.ts";
import type { Notice, Notifier } from "../../core/ports/notifier.ts";
import { publicLookup } from "./addresses.ts";
import { type NoticeRequest, requestOf, type Target } from "./targets.ts";

/** Sends a request and answers its status. */
export type SendNotice = (request: NoticeRequest) => Promise<number>;

/** How notices are told. */
export interface NotifierOptions {
  readonly targets: readonly Target[];
  readonly clock: Clock;
  /** One line for the log; never the address of a target. */
  log(line: string): void;
  readonly send?: SendNotice;
  /** The same key is not told again within this, ms; default an hour. */
  readonly quietMs?: number;
}

/** How many keys are remembered: a flood of different ones must not fill the memory. */
const MOST_KEYS = 1_000;

/** Logs each notice and tells every target; trouble in telling is logged and goes no further. */
export function notifierTo(options: NotifierOptions): Notifier {
  const { targets, clock, log, send = post, quietMs = 3_600_000 } = options;
  const told = new Map<string, number>();
  return {
    async notify(notice: Notice): Promise<void> {
      const nowMs = clock.nowMs();
      const before = told.get(notice.key);
      if (before !== undefined && nowMs - before < quietMs) return;
      told.delete(notice.key);
      told.set(notice.key, nowMs);
      const [oldest] = told.keys();
      if (told.size > MOST_KEYS && oldest !== undefined) told.delete(oldest);
      log(`${notice.severity}: ${oneLine(notice.title)}: ${oneLine(notice.text)}`);
      await Promise.all(targets.map((target) => tell(target, notice, send, log)));
    },
  };
}

async function tell(
  target: Target,
  notice: Notice,
  send: SendNotice,
  log: (line: string) => void,
): Promise<void> {
  try {
    const status = await send(requestOf(target, notice));
    if (status >= 300) log(`warning: ${target.service} answered ${status} to a notice`);
  } catch {
    // The error may carry the address, which is a secret.
    log(`warning: ${target.service} could not be told of a notice`);
  }
}

const lookup = publicLookup();
const PATIENCE_MS = 5_000;

/**
 * Sends a request over the network, to public addresses alone; it has five seconds, and follows no
 * redirect.
 */
export function post({ url, headers, body }: NoticeRequest): Promise<number> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  return new Promise((resolve, reject) => {
    const call = request(url, { method: "POST", headers, lookup, signal, agent: false });
    call.once("error", reject);
    call.once("response", (reply) => {
      // What is answered is nothing to us, but the socket is only free once it was read.
      reply.resume();
      resolve(reply.statusCode ?? 0);
    });
    call.end(body);
  });
}

/** No text looks like a second entry of the log, nor steers the terminal that shows it. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, " | ").replace(/[\p{Cc}\p{Cf}]/gu, " ");
}
