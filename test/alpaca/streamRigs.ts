import { fakeSockets } from "./fakeSockets.ts";
import { fakeTime } from "./fakeTime.ts";

export const KEYS = { keyId: "PK", secret: "canary", pingIntervalMs: 0 };
export const START_MS = Date.UTC(2026, 10, 20, 15);

/** Everything that a kept connection needs, and what is behind it. */
export function world() {
  const time = fakeTime(START_MS);
  const { sockets, opened } = fakeSockets();
  const faults: string[] = [];
  const onFault = (error: Error) => faults.push(error.message.replace(/^\S+: /, ""));
  return { time, opened, faults, ...time, sockets, random: () => 1, onFault };
}
