import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import type { Halt, Switches, SwitchScope } from "../../core/ports/switches.ts";
import { concerns } from "../../core/runtime/memorySwitches.ts";
import type { DynamoTable } from "./client.ts";
import { SWITCHES, switchKey } from "./keys.ts";

const halt = z.object({
  kind: z.enum(["all", "account", "profile"]),
  name: z.string(),
  reason: z.string(),
  by: z.string(),
  sinceMs: z.number(),
});

/** Kill switches in the table, read consistently: a halt holds from its commit on. */
export class DynamoSwitches implements Switches {
  private readonly table: DynamoTable;

  constructor(table: DynamoTable) {
    this.table = table;
  }

  async halts(profile: string, account: string): Promise<readonly Halt[]> {
    return (await this.all()).filter((one) => concerns(one, profile, account));
  }

  async all(): Promise<readonly Halt[]> {
    return (await this.table.query(SWITCHES, null)).map((item) => halt.parse(item));
  }

  async halt(one: Halt): Promise<void> {
    try {
      const item = { ...switchKey(one.kind, one.name), ...one };
      await this.table.put({ item, condition: "attribute_not_exists(PK)" });
    } catch (error) {
      // It is on already, with a reason and a time of its own.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  async resume({ kind, name }: SwitchScope): Promise<void> {
    await this.table.delete(switchKey(kind, name));
  }
}
