import type { Halt, Switches, SwitchScope } from "../ports/switches.ts";

/** Kill switches of one process. */
export class MemorySwitches implements Switches {
  private readonly on = new Map<string, Halt>();

  halts(profile: string, account: string): readonly Halt[] {
    return this.all().filter((halt) => concerns(halt, profile, account));
  }

  all(): readonly Halt[] {
    return [...this.on.values()];
  }

  halt(halt: Halt): void {
    const key = switchName(halt);
    if (!this.on.has(key)) this.on.set(key, halt);
  }

  resume(scope: SwitchScope): void {
    this.on.delete(switchName(scope));
  }
}

/** Whether a switch stops an order of this profile in this account. */
export function concerns({ kind, name }: SwitchScope, profile: string, account: string): boolean {
  return kind === "all" || (kind === "profile" ? name === profile : name === account);
}

/** One text for what a switch stops; there is one for everything, whatever it is called. */
export function switchName({ kind, name }: SwitchScope): string {
  return kind === "all" ? "all" : `${kind} ${name}`;
}
