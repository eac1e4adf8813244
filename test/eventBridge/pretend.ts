import { Readable } from "node:stream";
import * as z from "zod";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { parseEvent } from "../../core/events/envelope.ts";
import type { OnceJob } from "../../core/ports/scheduler.ts";

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: string | Uint8Array;
}
interface Reply {
  readonly statusCode: number;
  readonly body: object;
  readonly error?: string;
}

/** What a client of the SDK is made with, to speak to something in this process. */
function configOf(answer: (request: Request) => Reply) {
  const handle = async (request: Request) => {
    const { statusCode, body, error } = answer(request);
    const headers = {
      "content-type": "application/json",
      ...(error === undefined ? {} : { "x-amzn-errortype": error }),
    };
    return { response: { statusCode, headers, body: Readable.from([JSON.stringify(body)]) } };
  };
  return {
    region: "eu-central-1",
    credentials: { accessKeyId: "key", secretAccessKey: "secret" },
    requestHandler: { handle },
    maxAttempts: 1,
  };
}

const textOf = ({ body }: Request) => Buffer.from(body ?? "").toString();
const failed = (statusCode: number, error: string): Reply => ({
  statusCode,
  body: { __type: error, Message: error },
  error,
});

const putEvents = z.object({
  Entries: z
    .array(z.object({ Detail: z.string() }))
    .min(1)
    .max(10),
});

/**
 * EventBridge as far as `PutEvents` goes. Of each call a draw says how it fares: 1 takes every
 * second entry, 2 takes all and loses the answer, 3 takes nothing.
 */
export function pretendEventBridge() {
  const delivered: DomainEvent[] = [];
  let draws: number[] = [];
  const config = configOf((request) => {
    const entries = putEvents.parse(JSON.parse(textOf(request))).Entries;
    const draw = draws.shift() ?? 0;
    if (draw === 3) return failed(500, "InternalException");
    const isTaken = (place: number) => draw !== 1 || place % 2 === 0;
    const taken = entries.filter((_, place) => isTaken(place));
    delivered.push(...taken.map(({ Detail }) => parseEvent(Detail)));
    if (draw === 2) throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    const Entries = entries.map((_, place) =>
      isTaken(place) ? { EventId: `${place}` } : { ErrorCode: "ThrottlingException" },
    );
    return {
      statusCode: 200,
      body: { FailedEntryCount: entries.length - taken.length, Entries },
    };
  });
  const trouble = (next: readonly number[]) => {
    draws = [...next];
  };
  return { config, delivered: () => delivered, trouble };
}

const schedule = z.object({
  ScheduleExpression: z.string().regex(/^at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)$/),
  ScheduleExpressionTimezone: z.literal("UTC"),
  Target: z.object({ Input: z.string() }),
});
const input = z.object({
  job: z.string(),
  input: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

/** EventBridge Scheduler as far as one-time schedules go that are gone once they have fired. */
export function pretendScheduler() {
  const kept = new Map<string, { readonly atMs: number; readonly text: string }>();
  const config = configOf((request) => {
    const name = decodeURIComponent(request.path.replace("/schedules/", ""));
    if (!/^[0-9a-zA-Z._-]{1,64}$/.test(name)) return failed(400, "ValidationException");
    if (request.method === "DELETE") {
      const was = kept.delete(name);
      return was ? { statusCode: 200, body: {} } : failed(404, "ResourceNotFoundException");
    }
    if (kept.has(name)) return failed(409, "ConflictException");
    const { ScheduleExpression, Target } = schedule.parse(JSON.parse(textOf(request)));
    const atMs = Date.parse(`${ScheduleExpression.slice(3, -1)}Z`);
    kept.set(name, { atMs, text: Target.Input });
    return { statusCode: 200, body: { ScheduleArn: `arn:aws:scheduler:${name}` } };
  });
  const fired = (nowMs: number): readonly Pick<OnceJob, "job" | "input">[] => {
    const due = [...kept].filter(([, { atMs }]) => atMs <= nowMs);
    for (const [name] of due) kept.delete(name);
    return due.map(([, { text }]) => input.parse(JSON.parse(text)));
  };
  return { config, fired };
}
