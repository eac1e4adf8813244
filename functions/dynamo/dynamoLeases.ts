import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import type { Lease, Leases } from "../../core/ports/lease.ts";
import { isOf, leaseAfter, leaseRenewed, released } from "../../core/runtime/memoryLeases.ts";
import type { DynamoTable } from "./client.ts";
import { leaseKey } from "./keys.ts";

const kept = z.object({
  name: z.string(),
  holder: z.string(),
  epoch: z.int(),
  expiresAtMs: z.number(),
});

/** Leases in the table: every change names the lease that it was decided on. */
export class DynamoLeases implements Leases {
  private readonly table: DynamoTable;

  constructor(table: DynamoTable) {
    this.table = table;
  }

  acquire(name: string, holder: string, nowMs: number, ttlMs: number): Promise<Lease | null> {
    return this.change(name, (held) => leaseAfter(held, { name, holder, nowMs, ttlMs }));
  }

  renew(lease: Lease, nowMs: number, ttlMs: number): Promise<Lease | null> {
    return this.change(lease.name, (held) => leaseRenewed(held, lease, nowMs, ttlMs));
  }

  async release(lease: Lease): Promise<void> {
    await this.change(lease.name, (held) => (isOf(held, lease) ? released(lease) : null));
  }

  async find(name: string): Promise<Lease | undefined> {
    const found = await this.table.get(leaseKey(name));
    return found && kept.parse(found);
  }

  private async change(
    name: string,
    next: (held: Lease | undefined) => Lease | null,
  ): Promise<Lease | null> {
    const held = await this.find(name);
    const lease = next(held);
    if (lease === null) return null;
    const item = { ...leaseKey(name), ...lease };
    try {
      await this.table.put(
        held === undefined
          ? { item, condition: "attribute_not_exists(PK)" }
          : {
              item,
              condition: "epoch = :epoch AND expiresAtMs = :until",
              values: { ":epoch": held.epoch, ":until": held.expiresAtMs },
            },
      );
      return lease;
    } catch (error) {
      // Another was quicker; who was it itself, its answer lost, gets its own by asking again.
      if (error instanceof ConditionalCheckFailedException) return null;
      throw error;
    }
  }
}
