import { describe, expect, test } from "vitest";
import { TransientError } from "../../core/domain/errors.ts";
import { blindSince } from "../../core/runtime/sight.ts";
import { feeds, profile, SEED } from "../live/minutes.ts";
import { recordingOf, replayed } from "../runtime/worlds.ts";
import { stageOf, type Task } from "./rigs.ts";

/** Connects both lines of whoever leads. */
async function connect({ lines }: Task, sinceMs: number): Promise<void> {
  await lines?.raise("updates", sinceMs);
  await lines?.raise("market", sinceMs);
}

const NO_FAULTS = { told: 3 * 390, missed: [], repeated: [] };

/** The venue's positions and ours, as text. */
async function bothBooks(stage: Awaited<ReturnType<typeof stageOf>>) {
  const ledger = stage.store.book(stage.name)?.value.ledgers.minutes;
  const ours = Object.values(ledger?.positions ?? {}).map(({ symbol, quantity }) => ({
    symbol,
    quantity,
  }));
  return { ours, venues: await stage.account.positions() };
}

describe(`a stream task (seed ${SEED})`, () => {
  test("trades a quiet session as its replay does, bar for bar", async () => {
    const stage = await stageOf(profile(), feeds());
    const one = stage.taskOf("first");
    await stage.play([one], () => connect(one, 0));
    const { hash, world } = await replayed([profile()], recordingOf(feeds()));
    expect(stage.barFaults()).toEqual(NO_FAULTS);
    expect(stage.hash()).toBe(hash);
    expect(stage.store.book(stage.name)?.value).toEqual(world.book(stage.name));
    expect(stage.notices).toEqual([]);
  });

  test("a line that drops for an hour costs no bar and no fill, and tells none twice", async () => {
    const stage = await stageOf(profile(), feeds());
    const one = stage.taskOf("first");
    await stage.play([one], async (minute) => {
      if (minute === 100) one.lines?.cut("market");
      if (minute === 130) one.lines?.cut("updates");
      if (minute < 100 || minute >= 190) await connect(one, stage.time.nowMs - 3_600_000);
    });
    expect(stage.barFaults()).toEqual(NO_FAULTS);
    const { ours, venues } = await bothBooks(stage);
    expect(ours).toEqual(venues);
    expect(stage.notices).toEqual([]);
  });

  test("a task that is replaced goes on where the journal ends", async () => {
    const stage = await stageOf(profile(), feeds());
    const tasks = [stage.taskOf("first"), stage.taskOf("second")];
    const [first, second] = tasks as [Task, Task];
    await stage.play(tasks, async (minute) => {
      if (minute === 200) await first.task.stop();
      await connect(first, 0);
      await connect(second, stage.time.nowMs - 3_600_000);
    });
    expect(second.lines).not.toBeNull();
    expect(stage.barFaults()).toEqual(NO_FAULTS);
  });
});

describe("two stream tasks", () => {
  test("the other takes over when the leader pauses, and what the leader wakes with is refused", async () => {
    const stage = await stageOf(profile(), feeds());
    const [first, second] = [stage.taskOf("first"), stage.taskOf("second")];
    await stage.play([first, second], async (minute) => {
      first.isPaused = minute >= 100 && minute < 160;
      // It wakes with its lines as they were, and reads what they had kept for it.
      if (minute === 160) first.lines?.bar("AAA", bar(stage.time.nowMs));
      if (!first.isPaused) await connect(first, 0);
      await connect(second, stage.time.nowMs - 3_600_000);
    });
    expect(stage.barFaults()).toEqual(NO_FAULTS);
    expect(await first.task.step()).toBe("lost");
    expect(first.task.handler).toBeNull();
    expect(first.lines?.isOpen).toBe(false);
    const { ours, venues } = await bothBooks(stage);
    expect(ours).toEqual(venues);
  });

  test("a leader that dies is followed within its time to live and a step", async () => {
    const stage = await stageOf(profile(), feeds());
    const [first, second] = [stage.taskOf("first"), stage.taskOf("second")];
    expect(await first.task.step()).toBe("won");
    expect(await second.task.step()).toBe("stands-by");
    stage.time.nowMs += 15_000;
    expect(await second.task.step()).toBe("won");
    expect(second.lines?.isOpen).toBe(true);
  });
});

describe("while trade updates do not come in", () => {
  test("nothing is sent before the venue was asked what is missed", async () => {
    const stage = await stageOf(profile(), feeds());
    const one = stage.taskOf("first");
    const asked: string[] = [];
    const { account } = stage;
    const { fillsSince, submit } = account;
    account.fillsSince = async (timeMs) => {
      asked.push("fills");
      return fillsSince.call(account, timeMs);
    };
    account.submit = (requests, nowMs) => {
      asked.push("submit");
      return submit.call(account, requests, nowMs);
    };
    await stage.play([one], async () => {
      await one.lines?.raise("market", 0);
      asked.push("minute");
    });
    expect(asked.filter((what) => what === "submit").length).toBeGreaterThan(1);
    for (const [i, what] of asked.entries()) {
      if (what !== "submit") continue;
      expect(asked.slice(asked.lastIndexOf("minute", i), i)).toContain("fills");
    }
    expect(await blindSince(stage.ports, stage.name)).not.toBeNull();
    const { ours, venues } = await bothBooks(stage);
    expect(ours).toEqual(venues);
  });

  test("a venue that does not answer keeps every order from being sent, until it does", async () => {
    const stage = await stageOf(profile(), feeds());
    const one = stage.taskOf("first");
    const { account } = stage;
    const { fillsSince, submit } = account;
    let isDown = false;
    let sentBlind = 0;
    let decidedBlind = 0;
    const approvals = () => stage.journal().filter(({ type }) => type === "order.approved.v1");
    account.fillsSince = async (timeMs) => {
      if (isDown) throw new TransientError("the venue does not answer", 1_000);
      return fillsSince.call(account, timeMs);
    };
    account.submit = (requests, nowMs) => {
      if (isDown) sentBlind += 1;
      return submit.call(account, requests, nowMs);
    };
    await stage.play(
      [one],
      async (minute) => {
        isDown = minute >= 10 && minute < 80;
        if (isDown) decidedBlind = approvals().length;
        if (isDown) one.lines?.cut("updates");
        else await connect(one, stage.time.nowMs - 3_600_000);
      },
      true,
    );
    expect(decidedBlind).toBeGreaterThan(0);
    expect(sentBlind).toBe(0);
    expect(stage.barFaults()).toEqual(NO_FAULTS);
    const { ours, venues } = await bothBooks(stage);
    expect(ours).toEqual(venues);
    expect(await blindSince(stage.ports, stage.name)).toBeNull();
  });

  test("an update that comes twice is booked once", async () => {
    const stage = await stageOf(profile(), feeds());
    const one = stage.taskOf("first");
    await stage.play([one], async () => {
      await connect(one, 0);
      const { lines } = one;
      if (lines === null || "twice" in lines) return;
      const { report } = lines;
      const twice = async (reports: Parameters<typeof report>[0]) => {
        await report.call(lines, reports);
        await report.call(lines, [...reports].reverse());
      };
      Object.assign(lines, { report: twice, twice });
    });
    const { hash } = await replayed([profile()], recordingOf(feeds()));
    expect(stage.hash()).toBe(hash);
  });
});

function bar(nowMs: number) {
  const closeTimeMs = Math.ceil(nowMs / 60_000) * 60_000;
  const openTimeMs = closeTimeMs - 60_000;
  return { openTimeMs, closeTimeMs, open: 1, high: 1, low: 1, close: 1, volume: 1 };
}
