import { orphansOf } from "../../core/runtime/orphans.ts";
import { RECONCILE_DEFAULTS, type Reconciled } from "../../core/runtime/reconcileHandler.ts";
import { deployed } from "../lambda/environment.ts";
import { count, observed } from "../lambda/observe.ts";
import { METRICS } from "../metrics/names.ts";
import { reconcileEntry } from "./handler.ts";

/** Lambda's entry: which account to compare. */
export const handler = observed(async (payload): Promise<Reconciled> => {
  const { ports, needs } = await deployed();
  try {
    const entry = reconcileEntry(ports, (account) => {
      return { ...RECONCILE_DEFAULTS, strangers: orphansOf(needs.profiles, account) };
    });
    return await entry(payload);
  } finally {
    // After the comparison, which may have turned one on; an alarm holds while this is above 0.
    count(METRICS.switchesOn, (await ports.switches.all()).length);
  }
});
