import { describe, expect, test } from "vitest";
import { Leadership } from "../../core/runtime/leadership.ts";
import { MemoryLeases } from "../../core/runtime/memoryLeases.ts";

/** Two processes that want one lease, on one clock. */
function rivals() {
  const time = { nowMs: 1_000_000 };
  const clock = { nowMs: () => time.nowMs };
  const leases = new MemoryLeases();
  const of = (holder: string) =>
    new Leadership(leases, clock, { name: "stream", holder, ttlMs: 15_000 });
  return { time, leases, first: of("first"), second: of("second"), of };
}

describe("leadership", () => {
  test("the first to ask leads, the other stands by for as long as it is renewed", async () => {
    const { time, first, second } = rivals();
    expect(await first.step()).toBe("won");
    for (let i = 0; i < 100; i += 1) {
      time.nowMs += 3_000;
      expect(await first.step()).toBe("leads");
      expect(await second.step()).toBe("stands-by");
    }
    expect(first.fence).toEqual({ name: "stream", epoch: 1 });
    expect(() => second.fence).toThrow("expected to hold it");
  });

  test("one that paused past its time writes nothing, and is over once another took it", async () => {
    const { time, leases, first, second } = rivals();
    await first.step();
    const { fence } = first;
    time.nowMs += 15_000;
    expect(first.leads).toBe(false);
    expect(() => first.fence).toThrow("another's");
    expect(await second.step()).toBe("won");
    expect(second.fence.epoch).toBe(2);
    expect(() => leases.check(fence)).toThrow();
    expect(await first.step()).toBe("lost");
    time.nowMs += 60_000;
    expect(await first.step()).toBe("lost");
  });

  test("one that paused and was not replaced yet is over too: it may have been, unseen", async () => {
    const { time, first, second } = rivals();
    await first.step();
    time.nowMs += 20_000;
    expect(await first.step()).toBe("lost");
    expect(await second.step()).toBe("won");
  });

  test("asking twice at once is asking once, which no lease takes for another's", async () => {
    const { time, first } = rivals();
    await first.step();
    time.nowMs += 6_000;
    expect(await Promise.all([first.step(), first.step()])).toEqual(["leads", "leads"]);
    expect(first.fence.epoch).toBe(1);
  });

  test("a lease that is given back is the other's at once, with a later epoch", async () => {
    const { first, second } = rivals();
    await first.step();
    await first.release();
    expect(await second.step()).toBe("won");
    expect(second.fence.epoch).toBe(2);
    expect(await first.step()).toBe("lost");
  });
});
