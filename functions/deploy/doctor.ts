import type { StageClients } from "./clients.ts";
import { type Finding, looked } from "./findings.ts";
import type { VenueKeys } from "./keys.ts";
import type { Needs } from "./needs.ts";
import {
  queueChecks,
  ruleChecks,
  scheduleChecks,
  secretChecks,
  streamChecks,
  tableChecks,
} from "./stageChecks.ts";
import { type VenueProbe, venueChecks } from "./venueChecks.ts";

/** Looks at everything that a stage needs to run. It changes nothing. */
export async function examine(
  clients: StageClients,
  needs: Needs,
  probe: VenueProbe,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [check, look] of [
    ["table", tableChecks],
    ["rules", ruleChecks],
    ["schedules", scheduleChecks],
    ["queues", queueChecks],
  ] as const) {
    findings.push(...(await looked(check, () => look(clients, needs))));
  }
  findings.push(...(await looked("stream", () => streamChecks(clients, needs, probe.nowMs()))));
  let keys: VenueKeys = {};
  findings.push(
    ...(await looked("secrets", async () => {
      const found = await secretChecks(clients, needs);
      keys = found.keys;
      return found.findings;
    })),
  );
  for (const account of needs.accounts) {
    const own = keys[account];
    if (own === undefined) continue;
    findings.push(...(await looked("venue", () => venueChecks(account, own, needs, probe))));
  }
  return findings;
}
