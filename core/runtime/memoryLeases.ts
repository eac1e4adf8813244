import { ConflictError } from "../domain/errors.ts";
import type { Fence, Lease, Leases } from "../ports/lease.ts";

/** Leases of one process: whoever asks another process knows nothing of them. */
export class MemoryLeases implements Leases {
  private readonly held = new Map<string, Lease>();

  async acquire(name: string, holder: string, nowMs: number, ttlMs: number): Promise<Lease | null> {
    const lease = leaseAfter(this.held.get(name), { name, holder, nowMs, ttlMs });
    if (lease !== null) this.held.set(name, lease);
    return lease;
  }

  async renew(lease: Lease, nowMs: number, ttlMs: number): Promise<Lease | null> {
    const renewed = leaseRenewed(this.held.get(lease.name), lease, nowMs, ttlMs);
    if (renewed !== null) this.held.set(lease.name, renewed);
    return renewed;
  }

  async release(lease: Lease): Promise<void> {
    if (isOf(this.held.get(lease.name), lease)) this.held.set(lease.name, released(lease));
  }

  async find(name: string): Promise<Lease | undefined> {
    return this.held.get(name);
  }

  /** @throws ConflictError when the fence is of an epoch that is over. */
  check(fence: Fence | undefined): void {
    if (fence !== undefined) checkFence(fence, this.held.get(fence.name));
  }
}

/** What asking for a lease comes to, given who holds it; null while another does. */
export function leaseAfter(
  held: Lease | undefined,
  asked: {
    readonly name: string;
    readonly holder: string;
    readonly nowMs: number;
    readonly ttlMs: number;
  },
): Lease | null {
  const { name, holder, nowMs, ttlMs } = asked;
  const expiresAtMs = nowMs + ttlMs;
  if (held !== undefined && held.expiresAtMs > nowMs) {
    return held.holder === holder ? { ...held, expiresAtMs } : null;
  }
  return { name, holder, epoch: (held?.epoch ?? 0) + 1, expiresAtMs };
}

/**
 * The lease for longer, given who holds it; null when it was lost. One that ran out may have been
 * handed on at any moment: it is acquired anew, with a new epoch.
 */
export function leaseRenewed(
  held: Lease | undefined,
  lease: Lease,
  nowMs: number,
  ttlMs: number,
): Lease | null {
  if (!isOf(held, lease) || held.expiresAtMs <= nowMs) return null;
  return { ...held, expiresAtMs: nowMs + ttlMs };
}

/** Whether a stored lease is of the epoch of this one. */
export function isOf(held: Lease | undefined, lease: Lease): held is Lease {
  return held?.epoch === lease.epoch;
}

/** A lease that was given back: its epoch stays known, so that the next one is higher. */
export function released(lease: Lease): Lease {
  return { ...lease, expiresAtMs: 0 };
}

/** @throws ConflictError when the fence is of an epoch that is over. */
export function checkFence({ name, epoch }: Fence, held: Lease | undefined): void {
  if (held?.epoch === epoch) return;
  throw new ConflictError(
    `lease ${name}: expected epoch ${epoch} to hold, stored is ${held?.epoch ?? "none"}: stop acting`,
  );
}
