import { execFileSync } from "node:child_process";
import { cpus } from "node:os";

/** The middle one of some figures; NaN of none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The figure below which a share of them lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/**
 * What processors have worked for this process so far, ms: every thread of it, the collector's too,
 * and no wait for others on the same machine. Differences of it compare on a busy one as well.
 */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** What it was measured on, and at which commit. */
export function machine(): string {
  const processor = cpus()[0]?.model ?? "unknown processor";
  return `Node ${process.version}, ${processor} × ${cpus().length}, commit ${commit()}`;
}

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short=12", "HEAD"], { encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}
