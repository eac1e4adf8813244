import * as z from "zod";
import type { Halt, Switches, SwitchScope } from "../../core/ports/switches.ts";
import { concerns, switchName } from "../../core/runtime/memorySwitches.ts";
import type { Tables } from "./files.ts";

const halt = z.object({
  kind: z.enum(["all", "account", "profile"]),
  name: z.string(),
  reason: z.string(),
  by: z.string(),
  sinceMs: z.number(),
});

/** Kill switches beside the books: the command line turns them while a server runs. */
export class LocalSwitches implements Switches {
  private readonly tables: Tables;

  constructor(tables: Tables) {
    this.tables = tables;
  }

  halts(profile: string, account: string): readonly Halt[] {
    return this.all().filter((one) => concerns(one, profile, account));
  }

  all(): readonly Halt[] {
    // A switch that another process has just turned counts at once.
    this.tables.root.resetReadTxn();
    return [...this.tables.switches.getRange({})].map(({ value }) => halt.parse(JSON.parse(value)));
  }

  halt(one: Halt): void {
    this.tables.root.transactionSync(() => {
      const key = switchName(one);
      if (this.tables.switches.get(key) !== undefined) return;
      this.tables.switches.putSync(key, JSON.stringify(one));
    });
  }

  resume(scope: SwitchScope): void {
    this.tables.switches.removeSync(switchName(scope));
  }
}
