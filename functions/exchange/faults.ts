import * as z from "zod";
import { InputError } from "../../core/domain/errors.ts";

const stream = z.enum(["trade", "data"]);
const times = z.int().min(1).default(1);

/** What can be made to go wrong. Times are of the virtual clock. */
export const fault = z.discriminatedUnion("kind", [
  /** A REST reply is replaced; with `after` the request has taken effect all the same. */
  z.object({
    kind: z.literal("reply"),
    method: z.string().optional(),
    path: z.string().default("/"),
    status: z.int().min(400).max(599),
    body: z.unknown().optional(),
    retryAfterS: z.int().min(0).optional(),
    after: z.boolean().default(false),
    times,
  }),
  /** The line is cut instead of a reply; with `after` the request has taken effect. */
  z.object({
    kind: z.literal("lost"),
    method: z.string().optional(),
    path: z.string().default("/"),
    after: z.boolean().default(true),
    times,
  }),
  /** A WebSocket is refused with an HTTP status before it opens. */
  z.object({ kind: z.literal("upgrade"), stream, status: z.int().default(429), times }),
  /** A market data socket is told 406 when it authenticates; it stays open. */
  z.object({ kind: z.literal("connection-limit"), times }),
  /** Sockets of a stream stay open and silent until faults are cleared; pings are answered. */
  z.object({ kind: z.literal("mute"), stream }),
  /** Sockets of a stream are cut now. */
  z.object({ kind: z.literal("drop"), stream }),
  /** Trade updates are held back for so long. */
  z.object({ kind: z.literal("delay-updates"), ms: z.int().min(1), times }),
  /** Every trade update is sent so many times more; `new` comes again after each fill. */
  z.object({ kind: z.literal("duplicate-updates"), copies: z.int().min(1).default(1), times }),
  /** Trade updates are not sent at all. */
  z.object({ kind: z.literal("lose-updates"), times }),
  /** Cancels stay pending for so long, and the order may fill meanwhile. */
  z.object({ kind: z.literal("slow-cancel"), ms: z.int().min(1), times }),
  /** Trading in an instrument is halted now, for so long: told on `statuses`, as are its ends. */
  z.object({ kind: z.literal("halt"), symbol: z.string(), ms: z.int().min(1) }),
  /** Every execution is cut into so many of the same price, as far as the lot allows. */
  z.object({ kind: z.literal("partial-fills"), pieces: z.int().min(2).default(3), times }),
]);
export type Fault = z.output<typeof fault>;
/** A fault as it is armed: what has a default may be left out. */
export type FaultInput = z.input<typeof fault>;

type Kind = Fault["kind"];
type OfKind<K extends Kind> = Extract<Fault, { kind: K }>;

interface Armed {
  readonly fault: Fault;
  left: number;
}

/** Trouble on demand: each fault is used up by what it happens to, in the order of arming. */
export class Faults {
  private armed: Armed[] = [];
  private readonly watchers: ((armed: Fault) => void)[] = [];

  /** Arms a fault. @throws InputError where it is none. */
  arm(input: FaultInput): Fault {
    const one = readFault(input);
    const left = "times" in one ? one.times : Number.POSITIVE_INFINITY;
    for (const watch of this.watchers) watch(one);
    // A cut happens at once and to what is open now, and a halt ends by the clock.
    if (one.kind !== "drop" && one.kind !== "halt") this.armed.push({ fault: one, left });
    return one;
  }

  /** What is armed, with how often it will still happen. */
  list(): readonly { readonly fault: Fault; readonly left: number | null }[] {
    return this.armed.map(({ fault: one, left }) => ({
      fault: one,
      left: Number.isFinite(left) ? left : null,
    }));
  }

  /** Disarms everything. */
  clear(): void {
    this.armed = [];
  }

  /** Uses up one fault of a kind that fits, or answers null. */
  take<K extends Kind>(kind: K, fits: (one: OfKind<K>) => boolean = () => true): OfKind<K> | null {
    for (const one of this.armed) {
      if (!isOf(one.fault, kind) || !fits(one.fault)) continue;
      one.left -= 1;
      if (one.left <= 0) this.armed = this.armed.filter((other) => other !== one);
      return one.fault;
    }
    return null;
  }

  /** Whether sockets of a stream are to be silent. */
  isMute(of: "trade" | "data"): boolean {
    return this.armed.some(({ fault: one }) => one.kind === "mute" && one.stream === of);
  }

  /** Hears of every fault that is armed. */
  watch(watcher: (armed: Fault) => void): void {
    this.watchers.push(watcher);
  }
}

/** Reads a fault. @throws InputError where it is none. */
export function readFault(json: unknown): Fault {
  const parsed = fault.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new InputError(`fault: ${z.prettifyError(parsed.error)}`);
}

function isOf<K extends Kind>(one: Fault, kind: K): one is OfKind<K> {
  return one.kind === kind;
}
