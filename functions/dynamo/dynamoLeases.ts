import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import type { Lease, Leases } from "../../core/ports/lease.ts";
import type { DynamoTable } from "./client.ts";
import { leaseKey } from "./keys.ts";

const kept = z.object({
  name: z.string(),
  holder: z.string(),
  epoch: z.int(),
  expiresAtMs: z.number(),
});

/** Leases in the table: every change names the epoch that it was decided on. */
export class DynamoLeases implements Leases {
  private readonly table: DynamoTable;

  constructor(table: DynamoTable) {
    this.table = table;
  }

  async acquire(name: string, holder: string, nowMs: number, ttlMs: number): Promise<Lease | null> {
    const item = await this.table.get(leaseKey(name));
    const before = item && kept.parse(item);
    if (before === undefined) return this.write(null, { name, holder, epoch: 1 }, nowMs + ttlMs);
    if (before.holder === holder && before.expiresAtMs > nowMs) {
      return this.renew(before, nowMs, ttlMs);
    }
    if (before.expiresAtMs > nowMs) return null;
    return this.write(before, { name, holder, epoch: before.epoch + 1 }, nowMs + ttlMs);
  }

  async renew(lease: Lease, nowMs: number, ttlMs: number): Promise<Lease | null> {
    const item = await this.table.get(leaseKey(lease.name));
    const before = item && kept.parse(item);
    // An expired lease may have been handed on any moment: it is acquired anew, with a new epoch.
    if (before?.epoch !== lease.epoch || before.expiresAtMs <= nowMs) return null;
    return this.write(before, lease, nowMs + ttlMs);
  }

  async release(lease: Lease): Promise<void> {
    await this.write(lease, lease, 0);
  }

  private async write(
    before: Pick<Lease, "epoch"> | null,
    { name, holder, epoch }: Pick<Lease, "name" | "holder" | "epoch">,
    expiresAtMs: number,
  ): Promise<Lease | null> {
    const lease = { name, holder, epoch, expiresAtMs };
    const item = { ...leaseKey(name), ...lease };
    try {
      await this.table.put(
        before === null
          ? { item, condition: "attribute_not_exists(PK)" }
          : { item, condition: "epoch = :epoch", values: { ":epoch": before.epoch } },
      );
      return lease;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return null;
      throw error;
    }
  }
}
