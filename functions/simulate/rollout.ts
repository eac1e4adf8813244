import { InputError } from "../../core/domain/errors.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { Audience } from "../../core/runtime/audience.ts";
import type { CompiledProfile } from "../../core/strategy/profile.ts";
import type { FaultSource } from "./faults.ts";
import type { Deploy } from "./setting.ts";

/** Which version of the code a process runs: the one that was there, or the one that takes over. */
export type Version = "old" | "new";

/** What a process knows of the events, the profiles and who follows what: by its version. */
interface Known {
  readonly profiles: readonly CompiledProfile[];
  readonly audience: Audience;
}

/** One in so many events that the newer version writes is of a kind that the older cannot read. */
const UNREADABLE_ONE_IN = 8;

/** An event that came with a newer version, as an envelope of an unknown type is refused. */
export class Unreadable extends InputError {}

/**
 * A deploy in the middle of a run: from its beginning a process that starts is of the old version
 * or of the new, and from its end on of the new. One that was paused goes on as what it was.
 */
export class Rollout {
  /** Events of a type that the older version does not know. */
  private readonly newer = new Set<string>();
  private readonly known: Readonly<Record<Version, Known>>;
  readonly deploy: Deploy | null;
  private readonly faults: FaultSource;

  constructor(profiles: readonly CompiledProfile[], deploy: Deploy | null, faults: FaultSource) {
    const known = (some: readonly CompiledProfile[]) => ({
      profiles: some,
      audience: new Audience(some),
    });
    this.known = { old: known(profiles), new: known(deploy?.profiles ?? profiles) };
    this.deploy = deploy;
    this.faults = faults;
  }

  /** Every profile that runs at some time, as the last version knows it. */
  get profiles(): readonly CompiledProfile[] {
    return this.known.new.profiles;
  }

  /** What a process knows. */
  of(version: Version): Known {
    return this.known[version];
  }

  /** The version of a process that starts now. */
  starting(nowMs: number): Version {
    const { deploy } = this;
    if (deploy === null || nowMs < deploy.fromMs) return "old";
    return nowMs >= deploy.untilMs || this.faults.luck.oneIn(2) ? "new" : "old";
  }

  /** What a process commits while both versions run may be of a kind that is new. */
  wrote(version: Version, events: readonly DomainEvent[], nowMs: number): void {
    if (this.deploy === null || version === "old" || nowMs >= this.deploy.untilMs) return;
    for (const { id } of events) if (this.faults.luck.oneIn(UNREADABLE_ONE_IN)) this.newer.add(id);
  }

  /** Whether a version knows the type of an event. */
  canRead(version: Version, { id }: DomainEvent): boolean {
    return version === "new" || !this.newer.has(id);
  }

  /** @throws Unreadable for an event of a type that the version does not know. */
  read(version: Version, event: DomainEvent, timeMs: number): void {
    if (this.canRead(version, event)) return;
    const { id, type } = event;
    this.faults.note("unreadable to the older version", id, timeMs);
    throw new Unreadable(`type: expected a known event type, got that of ${id}, after ${type}`);
  }
}
