import { Dice } from "../../functions/simulate/dice.ts";
import { isSameSecret } from "../../functions/webhook/secrets.ts";

const LENGTH = 256;
const ROUNDS = 40_000;
const CALLS = 16;

/** How much longer a comparison takes where the difference is at the end, ns. */
export interface SecretTiming {
  readonly oursNs: number;
  /** The same of one that stops at the first difference, to show that it can be measured. */
  readonly naiveNs: number;
}

/**
 * Measures whether the time of a comparison tells how much of a wrong secret is right. Calls with
 * the two kinds of wrong secrets take turns by chance, and medians are compared.
 */
export function secretTiming(seed: number): SecretTiming {
  const secret = "s".repeat(LENGTH);
  const early = `x${secret.slice(1)}`;
  const late = `${secret.slice(1)}x`;
  const dice = new Dice(seed);
  const difference = (isSame: (offered: string) => boolean): number => {
    const took = { early: [] as number[], late: [] as number[] };
    for (let i = 0; i < ROUNDS; i += 1) {
      const kind = dice.oneIn(2) ? "early" : "late";
      const offered = kind === "early" ? early : late;
      const from = process.hrtime.bigint();
      for (let call = 0; call < CALLS; call += 1) isSame(offered);
      took[kind].push(Number(process.hrtime.bigint() - from) / CALLS);
    }
    return median(took.late) - median(took.early);
  };
  return {
    oursNs: difference((offered) => isSameSecret([secret], offered)),
    naiveNs: difference((offered) => stopsEarly(secret, offered)),
  };
}

function stopsEarly(secret: string, offered: string): boolean {
  for (let i = 0; i < secret.length; i += 1) {
    if (secret.charCodeAt(i) !== offered.charCodeAt(i)) return false;
  }
  return true;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
