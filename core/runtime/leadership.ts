import { ConflictError } from "../domain/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Fence, Lease, Leases } from "../ports/lease.ts";

/** Who wants to lead what, and for how long a silence is forgiven. */
export interface LeadershipOptions {
  /** Name of the lease, such as `stream`. */
  readonly name: string;
  /** One process, and no other that ever lived. */
  readonly holder: string;
  /** A leader that is silent for so long may be replaced, ms; it is renewed in a third of that. */
  readonly ttlMs: number;
}

/** Where a process stands: `lost` is said once, and then it is over for this process. */
export type Standing = "stands-by" | "won" | "leads" | "lost";

/**
 * The right of one process among several to act. A leader that loses its lease never leads again:
 * what it has in memory may be old, so its process is to end and a fresh one to stand by.
 */
export class Leadership {
  private readonly leases: Leases;
  private readonly clock: Clock;
  private readonly options: LeadershipOptions;
  private lease: Lease | null = null;
  private renewedMs = 0;
  private isOver = false;
  private asking: Promise<Standing> | null = null;

  constructor(leases: Leases, clock: Clock, options: LeadershipOptions) {
    this.leases = leases;
    this.clock = clock;
    this.options = options;
  }

  /** Whether this process leads by its own clock: one that slept past its time does not. */
  get leads(): boolean {
    return this.lease !== null && this.clock.nowMs() < this.lease.expiresAtMs;
  }

  /**
   * What every write is made under.
   * @throws ConflictError where this process does not lead: nothing may be written.
   */
  get fence(): Fence {
    const { lease } = this;
    if (lease !== null && this.leads) return { name: lease.name, epoch: lease.epoch };
    throw new ConflictError(`lease ${this.options.name}: expected to hold it, it is another's`);
  }

  /**
   * Asks for the lease, or for more time. To be called often, at least thrice a time to live, and
   * also while something takes long; two calls at once are one.
   */
  step(): Promise<Standing> {
    this.asking ??= this.ask().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  private async ask(): Promise<Standing> {
    const { name, holder, ttlMs } = this.options;
    const nowMs = this.clock.nowMs();
    if (this.isOver) return "lost";
    if (this.lease === null) {
      this.lease = await this.leases.acquire(name, holder, nowMs, ttlMs);
      this.renewedMs = nowMs;
      return this.lease === null ? "stands-by" : "won";
    }
    if (this.leads && nowMs - this.renewedMs < ttlMs / 3) return "leads";
    const renewed = await this.leases.renew(this.lease, nowMs, ttlMs);
    if (renewed === null) return this.lose();
    this.lease = renewed;
    this.renewedMs = nowMs;
    return "leads";
  }

  /** Gives the lease back, so that another need not wait for its end. */
  async release(): Promise<void> {
    const { lease } = this;
    this.lose();
    if (lease !== null) await this.leases.release(lease);
  }

  private lose(): Standing {
    this.lease = null;
    this.isOver = true;
    return "lost";
  }
}
