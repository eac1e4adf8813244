import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, expect, test } from "vitest";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { bpsFee } from "../../core/simulation/fees.ts";
import { noLatency } from "../../core/simulation/latency.ts";
import { bpsSlippage } from "../../core/simulation/slippage.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { recordedMarket } from "../../functions/serve/recorded.ts";
import { feeds, profile } from "../live/minutes.ts";
import { recordingOf } from "../runtime/worlds.ts";
import { CountingStore } from "../soak/countingStore.ts";

const folders: string[] = [];
afterEach(() => {
  for (const one of folders.splice(0)) rmSync(one, { recursive: true, force: true });
});

const MB = 2 ** 20;
const FILES = "/proc/self/fd";

/** Heap in use once everything that can be has been collected, MB. */
function heapMb(): number {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  collect();
  return process.memoryUsage().heapUsed / MB;
}

const handles = () => (existsSync(FILES) ? readdirSync(FILES).length : 0);

test("a server that is stopped and started through a day takes no more memory, files or reading", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bellwether-soak-"));
  folders.push(folder);
  const open = () => new CountingStore({ folder, volatile: true });
  const market = recordedMarket({
    profiles: [compileProfile(profile())],
    recording: recordingOf(feeds()),
    models: {
      fill: "next-open",
      touch: "no-fill",
      participation: null,
      slippage: bpsSlippage(1),
      fees: bpsFee(1),
      latency: noLatency,
    },
    store: open(),
    notifier: { notify: async () => {} },
    log: () => {},
  });
  const seen: { readonly heap: number; readonly files: number; readonly rows: number }[] = [];
  for (let slice = 1; slice <= 8; slice += 1) {
    const store = open();
    const server = await market.start(store);
    const { rows } = store;
    await market.play(server, newYorkTimeMs("2024-07-01", "09:30") + slice * 45 * 60_000);
    await store.close();
    seen.push({ heap: heapMb(), files: handles(), rows });
  }
  const [, second] = seen;
  const last = seen.at(-1);
  if (second === undefined || last === undefined) return expect.fail("nothing was played");
  console.log(`soak: heap ${second.heap.toFixed(1)} → ${last.heap.toFixed(1)} MB`);
  expect(last.heap - second.heap).toBeLessThan(12);
  expect(last.files).toBeLessThanOrEqual(second.files + 1);
  // A start reads books and snapshots, and as much of the journal late in the day as early.
  expect(last.rows).toBeLessThanOrEqual(second.rows + 10);
}, 120_000);
