import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type Halt, halt, type Switches, type SwitchScope } from "../../core/ports/switches.ts";
import { concerns, strengthened, switchName } from "../../core/runtime/memorySwitches.ts";
import type { DynamoTable } from "./client.ts";
import { SWITCHES, switchKey } from "./keys.ts";

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
    const key = switchKey(one.kind, one.name);
    try {
      await this.table.put({ item: { ...key, ...one }, condition: "attribute_not_exists(PK)" });
    } catch (error) {
      // It is on already, with a reason and a time of its own.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const kept = (await this.all()).find((on) => switchName(on) === switchName(one));
      const now = strengthened(kept, one);
      if (now !== kept) await this.table.put({ item: { ...key, ...now } });
    }
  }

  async resume({ kind, name }: SwitchScope): Promise<void> {
    await this.table.delete(switchKey(kind, name));
  }
}
