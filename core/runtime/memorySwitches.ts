import {
  type Halt,
  type HaltAction,
  haltAction,
  type Switches,
  type SwitchScope,
} from "../ports/switches.ts";

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
    this.on.set(key, strengthened(this.on.get(key), halt));
  }

  resume(scope: SwitchScope): void {
    this.on.delete(switchName(scope));
  }
}

/** What a switch does that may not say so. */
export function actionOf({ action = "cancel" }: Pick<Halt, "action">): HaltAction {
  return action;
}

/** Whether one action goes further than another. */
export function isStronger(one: HaltAction, other: HaltAction): boolean {
  return haltAction.options.indexOf(one) > haltAction.options.indexOf(other);
}

/** A switch that is turned on once more: it does what goes further, and stays as it was else. */
export function strengthened(kept: Halt | undefined, asked: Halt): Halt {
  if (kept === undefined) return asked;
  const action = actionOf(asked);
  return isStronger(action, actionOf(kept)) ? { ...kept, action } : kept;
}

/** Whether a switch stops an order of this profile in this account. */
export function concerns({ kind, name }: SwitchScope, profile: string, account: string): boolean {
  return kind === "all" || (kind === "profile" ? name === profile : name === account);
}

/** One text for what a switch stops; there is one for everything, whatever it is called. */
export function switchName({ kind, name }: SwitchScope): string {
  return kind === "all" ? "all" : `${kind} ${name}`;
}
