import type { Halt, Switches, SwitchScope } from "../../core/ports/switches.ts";
import { MemoryBooks } from "../../core/runtime/memoryBooks.ts";
import { MemorySwitches } from "../../core/runtime/memorySwitches.ts";

/** Everything that a live store keeps, in memory and as text, in one. */
export class LiveStore extends MemoryBooks implements Switches {
  private readonly switches = new MemorySwitches();

  halts(profile: string, account: string): readonly Halt[] {
    return this.switches.halts(profile, account);
  }
  all(): readonly Halt[] {
    return this.switches.all();
  }
  halt(halt: Halt): void {
    this.switches.halt(halt);
  }
  resume(scope: SwitchScope): void {
    this.switches.resume(scope);
  }
}
