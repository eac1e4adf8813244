import { type Halt, halt, type Switches, type SwitchScope } from "../../core/ports/switches.ts";
import { concerns, strengthened, switchName } from "../../core/runtime/memorySwitches.ts";
import type { Tables } from "./files.ts";

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
      const text = this.tables.switches.get(key);
      const kept = text === undefined ? undefined : halt.parse(JSON.parse(text));
      this.tables.switches.putSync(key, JSON.stringify(strengthened(kept, one)));
    });
  }

  resume(scope: SwitchScope): void {
    this.tables.switches.removeSync(switchName(scope));
  }
}
