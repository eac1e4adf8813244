import { describe, expect, test } from "vitest";
import { inLanes } from "../../core/runtime/inTurn.ts";

interface Job {
  readonly lane: string;
  readonly name: string;
  readonly isExit?: boolean;
}

const lanes = { laneOf: ({ lane }: Job) => lane, isFirst: ({ isExit }: Job) => isExit === true };

/** Runs jobs that end when the test says so; tells what has started. */
function running(jobs: readonly Job[], concurrency: number) {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const done = inLanes(jobs, concurrency, lanes, ({ name }) => {
    started.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  });
  const end = async (name: string) => {
    ends.get(name)?.();
    // What follows from an end is started in the microtasks after it.
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { started, end, done };
}

const jobs: readonly Job[] = [
  { lane: "A", name: "a1" },
  { lane: "B", name: "b1" },
  { lane: "A", name: "a2" },
  { lane: "C", name: "c1", isExit: true },
  { lane: "B", name: "b2" },
];

describe("what is sent beside each other", () => {
  test("keeps the order of each lane, starts with exits, and answers in the list's order", async () => {
    const { started, end, done } = running(jobs, 2);
    expect(started).toEqual(["c1", "a1"]);
    await end("a1");
    expect(started).toEqual(["c1", "a1", "a2"]);
    await end("c1");
    expect(started).toEqual(["c1", "a1", "a2", "b1"]);
    for (const name of ["a2", "b1", "b2"]) await end(name);
    expect(await done).toEqual(["a1", "b1", "a2", "c1", "b2"]);
  });

  test("never has more under way than it may", async () => {
    const { started } = running(jobs, 8);
    expect(started).toEqual(["c1", "a1", "b1"]);
  });

  test("goes through the list as it is where one may be under way at a time", async () => {
    const { started, end, done } = running(jobs, 1);
    for (const { name } of jobs) await end(name);
    expect(started).toEqual(jobs.map(({ name }) => name));
    expect(await done).toHaveLength(5);
  });
});
