import { ingest } from "../../core/runtime/ingest.ts";
import { addressCheck } from "./addresses.ts";
import { authenticate, nothingHere, type Sender, STRANGER } from "./authenticate.ts";
import { mediaTypeOf } from "./body.ts";
import type { Call, WebhookLine, WebhookPorts } from "./call.ts";
import { InTime } from "./inTime.ts";
import {
  checkScope,
  checkTimes,
  isSameSignal,
  type SignalEvent,
  signalEvent,
  wantedBy,
} from "./judge.ts";
import { Keyrings } from "./keyrings.ts";
import { kill } from "./kill.ts";
import { type Answer, jsonAnswer, problemOf, Refused } from "./problem.ts";
import type { WebhookProfile, WebhookSource } from "./profiles.ts";
import { signalIds } from "./signalId.ts";

const ACCEPTED = 202;

/** What one call has come to know, for its answer and its line in the log. */
interface Trail {
  profile: string | null;
  redact: (text: string) => string;
}

/**
 * Takes signals in. Controls run from the cheapest to the dearest: size, type, address, secret,
 * content, scope, times, kill switches, and at last one conditional write. Nothing is stored for
 * those who do not pass, and the answer comes only when the signal is stored.
 */
export class Webhook {
  private readonly ports: WebhookPorts;
  private readonly keyrings: Keyrings;
  private readonly inTime = new InTime();
  private readonly addresses = new Map<WebhookSource, ReturnType<typeof addressCheck>>();

  constructor(ports: WebhookPorts) {
    this.ports = ports;
    this.keyrings = new Keyrings(ports);
  }

  /** Answers a call with a signal, whatever it is and whatever fails: it never throws. */
  receive(call: Call): Promise<Answer> {
    return this.answer("signal", call, (heard, trail) => this.take(heard, trail));
  }

  /** Answers a call to the kill switch. */
  kill(call: Call): Promise<Answer> {
    return this.answer("kill", call, async (heard) => {
      const { kind, name, reason } = await kill(this.ports, heard);
      return jsonAnswer(200, "killed", { halted: { kind, name }, reason });
    });
  }

  private async answer(
    route: WebhookLine["route"],
    call: Call,
    work: (heard: Call, trail: Trail) => Promise<Answer>,
  ): Promise<Answer> {
    const trail: Trail = { profile: null, redact: (text) => text };
    let trouble: string | null = null;
    let answer: Answer;
    try {
      answer = await this.inTime.run(
        () => call.body(),
        (bytes) => work({ ...call, body: () => bytes }, trail),
      );
    } catch (error) {
      const isRefused = error instanceof Refused;
      // TradingView resends on 5xx alone: whatever is wrong with us must not look like a refusal.
      const refused = isRefused ? error : new Refused("unavailable", "nothing was stored");
      if (!isRefused) trouble = trail.redact(error instanceof Error ? error.message : "unknown");
      answer = problemOf(refused, trail.redact);
    }
    const { status, outcome } = answer;
    this.ports.log({ route, outcome, status, profile: trail.profile, trouble });
    return answer;
  }

  private async take(call: Call, trail: Trail): Promise<Answer> {
    const bytes = await call.body();
    const mediaType = mediaTypeOf(call.header("content-type"), call.header("content-encoding"));
    const known = this.ports.profiles.get(call.profile);
    const profile = known ?? STRANGER;
    const ring = await this.keyrings.of(profile);
    const nowMs = this.ports.clock.nowMs();
    const whose = () => authenticate(ring, call, { bytes, mediaType }, nowMs);
    if (known === undefined) throw refusedStranger(whose);
    trail.profile = known.name;
    trail.redact = ring.redact;
    // A path with a secret is not even there for those who don't know it, wherever they are.
    if (call.token === null) this.checkAddress(known.sources, call);
    const sender = whose();
    this.checkAddress([sender.source], call);
    return this.takeFrom(sender, { profile: known, bytes, nowMs, redact: ring.redact });
  }

  private takeFrom(
    sender: Sender,
    of: {
      readonly profile: WebhookProfile;
      readonly bytes: Uint8Array;
      readonly nowMs: number;
      readonly redact: (text: string) => string;
    },
  ): Promise<Answer> {
    const { profile, bytes, nowMs, redact } = of;
    const { source, signed } = sender;
    const wanted = wantedBy(sender);
    checkScope(profile, sender, wanted);
    const named = { profile: profile.name, source: source.name, wanted, signed, body: bytes };
    const [id, ...others] = signalIds(named, nowMs);
    const times = { sentMs: wanted.sentMs ?? signed?.timestampMs ?? null, nowMs };
    const event = signalEvent(profile, sender, wanted, { id, ...times }, redact);
    return this.store(profile, event, others, times);
  }

  /** @throws Refused `forbidden` when the call comes from none of the sources' addresses. */
  private checkAddress(sources: readonly WebhookSource[], { address }: Call): void {
    if (sources.some((source) => this.isFrom(source, address))) return;
    throw new Refused("forbidden", "expected a call from an address of this source");
  }

  private isFrom(source: WebhookSource, address: string | null): boolean {
    let check = this.addresses.get(source);
    if (check === undefined) {
      check = addressCheck(source.addresses);
      this.addresses.set(source, check);
    }
    return check(address);
  }

  private async store(
    profile: WebhookProfile,
    event: SignalEvent,
    others: readonly string[],
    times: Parameters<typeof checkTimes>[2],
  ): Promise<Answer> {
    const refusal = await this.refusal(profile, event, times);
    for (const id of refusal === null ? others : [event.id, ...others]) {
      const before = await this.ports.journal.event(id);
      if (before?.type === "signal.received.v1" && isSameSignal(before, event)) {
        return accepted(id, "repeat");
      }
    }
    if (refusal !== null) throw refusal;
    if ((await ingest(this.ports.store, event)) === "taken") return accepted(event.id, "accepted");
    const before = await this.ports.journal.event(event.id);
    if (before?.type !== "signal.received.v1" || isSameSignal(before, event)) {
      return accepted(event.id, "repeat");
    }
    throw new Refused(
      "conflict",
      `expected a new id, this one is of a signal for ${before.data.symbol}`,
      "/id",
    );
  }

  /** Why a signal is not taken now. A repeat of one that was taken in time is still a repeat. */
  private async refusal(
    profile: WebhookProfile,
    event: SignalEvent,
    times: Parameters<typeof checkTimes>[2],
  ): Promise<Refused | null> {
    try {
      checkTimes(profile, event, times);
    } catch (error) {
      if (error instanceof Refused) return error;
      throw error;
    }
    // Whoever is halted must still be able to leave: exits pass the submit gate too.
    if (event.data.action === "exit") return null;
    const [halt] = await this.ports.switches.halts(profile.name, profile.account);
    if (halt === undefined) return null;
    return new Refused("halted", `expected a running profile; ${halt.kind} ${halt.name} is halted`);
  }
}

function accepted(id: string, outcome: "accepted" | "repeat"): Answer {
  return jsonAnswer(ACCEPTED, outcome, { id });
}

/** Does the work of a known profile, and then knows nothing of it. */
function refusedStranger(work: () => unknown): Refused {
  try {
    work();
  } catch {
    // The same answer whatever was wrong.
  }
  return nothingHere();
}
