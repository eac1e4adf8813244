import type { Clock } from "../../core/ports/clock.ts";
import type { Notice, Notifier } from "../../core/ports/notifier.ts";
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

/** Sends a request over the network; it has five seconds, and follows no redirect. */
export async function post({ url, headers, body }: NoticeRequest): Promise<number> {
  const signal = AbortSignal.timeout(5_000);
  const reply = await fetch(url, { method: "POST", headers, body, redirect: "error", signal });
  return reply.status;
}

/** A line break in a reason must not look like a second entry of the log. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, " | ");
}
