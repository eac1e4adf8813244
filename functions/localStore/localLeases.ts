import * as z from "zod";
import type { Lease, Leases } from "../../core/ports/lease.ts";
import { isOf, leaseAfter, leaseRenewed, released } from "../../core/runtime/memoryLeases.ts";
import type { Tables } from "./files.ts";

const kept = z.object({
  name: z.string(),
  holder: z.string(),
  epoch: z.int(),
  expiresAtMs: z.number(),
});

/** Leases beside the books: a second server on the same folder waits for the first to end. */
export class LocalLeases implements Leases {
  private readonly tables: Tables;

  constructor(tables: Tables) {
    this.tables = tables;
  }

  async acquire(name: string, holder: string, nowMs: number, ttlMs: number): Promise<Lease | null> {
    return this.change(name, (held) => leaseAfter(held, { name, holder, nowMs, ttlMs }));
  }

  async renew(lease: Lease, nowMs: number, ttlMs: number): Promise<Lease | null> {
    return this.change(lease.name, (held) => leaseRenewed(held, lease, nowMs, ttlMs));
  }

  async release(lease: Lease): Promise<void> {
    this.change(lease.name, (held) => (isOf(held, lease) ? released(lease) : null));
  }

  async find(name: string): Promise<Lease | undefined> {
    // Another process may have taken it a moment ago.
    this.tables.root.resetReadTxn();
    return leaseIn(this.tables, name);
  }

  private change(name: string, next: (held: Lease | undefined) => Lease | null): Lease | null {
    const { root, leases } = this.tables;
    return root.transactionSync(() => {
      const lease = next(leaseIn(this.tables, name));
      if (lease !== null) leases.putSync(name, JSON.stringify(lease));
      return lease;
    });
  }
}

/** A lease as it is stored; undefined before its first holder. */
export function leaseIn({ leases }: Tables, name: string): Lease | undefined {
  const text = leases.get(name);
  return text === undefined ? undefined : kept.parse(JSON.parse(text));
}
