import { describe, expect, test } from "vitest";
import type { Lease } from "../../core/ports/lease.ts";
import { fenced } from "../../core/runtime/fenced.ts";
import { NONE, signal, snapshotOf } from "./events.ts";
import type { Open } from "./subject.ts";

/** What leases promise, and stores that hold commits to them. */
export function leaseContract(name: string, open: Open): void {
  describe(`${name} keeps the promises of leases`, () => {
    test("a lease has one holder, who may ask for it again and gets longer", async () => {
      const { leases } = await open();
      const first = { name: "stream", holder: "a", epoch: 1, expiresAtMs: 1_000 };
      expect(await leases.acquire("stream", "a", 0, 1_000)).toEqual(first);
      expect(await leases.acquire("stream", "b", 999, 1_000)).toBeNull();
      const longer = { ...first, expiresAtMs: 1_500 };
      expect(await leases.acquire("stream", "a", 500, 1_000)).toEqual(longer);
      expect(await leases.renew(first, 900, 1_000)).toEqual({ ...first, expiresAtMs: 1_900 });
      expect(await leases.acquire("another", "b", 0, 1_000)).toMatchObject({ epoch: 1 });
    });

    test("every new holder has a later epoch, and the old one has lost it for good", async () => {
      const { leases } = await open();
      const first = held(await leases.acquire("stream", "a", 0, 1_000));
      const second = held(await leases.acquire("stream", "b", 1_000, 1_000));
      expect(second.epoch).toBe(2);
      expect(await leases.renew(first, 1_100, 1_000)).toBeNull();
      // What has lost its lease can't take it from another by giving it back.
      await leases.release(first);
      expect(await leases.renew(second, 1_200, 1_000)).toMatchObject({ epoch: 2 });
    });

    test("anybody can see who holds a lease, or held it, and nobody a lease of no one", async () => {
      const { leases } = await open();
      expect(await leases.find("stream")).toBeUndefined();
      const first = held(await leases.acquire("stream", "a", 0, 1_000));
      expect(await leases.find("stream")).toEqual(first);
      await leases.acquire("stream", "a", 400, 0);
      expect(await leases.find("stream")).toEqual({ ...first, expiresAtMs: 400 });
    });

    test("a lease that ran out is acquired anew, also by who held it", async () => {
      const { leases } = await open();
      const first = held(await leases.acquire("stream", "a", 0, 1_000));
      expect(await leases.renew(first, 1_000, 1_000)).toBeNull();
      expect(await leases.acquire("stream", "a", 1_000, 1_000)).toMatchObject({ epoch: 2 });
    });

    test("a lease that was given back is free at once, and its epoch is not used again", async () => {
      const { leases } = await open();
      await leases.release(held(await leases.acquire("stream", "a", 0, 1_000)));
      expect(await leases.acquire("stream", "b", 1, 1_000)).toMatchObject({ epoch: 2 });
    });

    test("of many who ask at once, one gets it", async () => {
      const { leases } = await open();
      const asked = await Promise.all(
        Array.from({ length: 6 }, (_, i) => leases.acquire("stream", `h${i}`, 0, 1_000)),
      );
      expect(asked.filter((lease) => lease !== null)).toHaveLength(1);
    });

    test("a holder that was paused writes nothing once another has taken over", async () => {
      const { store, journal, leases } = await open();
      const paused = held(await leases.acquire("stream", "a", 0, 1_000));
      const slow = fenced(store, () => paused);
      const commit = { ...NONE, profile: "mix", profileState: snapshotOf("slow"), dedupe: null };
      await slow.commit({ ...commit, events: [signal(1)] });
      const taken = held(await leases.acquire("stream", "b", 2_000, 1_000));
      const late = async () => slow.commit({ ...commit, profileVersion: 1, events: [signal(2)] });
      await expect(late()).rejects.toMatchObject({ name: "ConflictError", repeatOf: null });
      await expect(late()).rejects.toThrow(/lease stream: expected epoch 1/);
      expect(await journal.event("signal.2")).toBeUndefined();
      expect(await slow.profile("mix")).toMatchObject({ version: 1 });
      const quick = fenced(store, () => taken);
      await quick.commit({ ...commit, profileVersion: 1, events: [signal(2)] });
      expect(await quick.book("main")).toBeUndefined();
      expect(await journal.event("signal.2")).toEqual(signal(2));
    });

    test("a fence of a lease that nobody ever held lets nothing through", async () => {
      const { store } = await open();
      const guarded = fenced(store, () => ({ name: "stream", epoch: 1 }));
      const write = async () => guarded.commit({ ...NONE, events: [signal(1)], dedupe: null });
      await expect(write()).rejects.toThrow(/lease stream: expected epoch 1/);
    });
  });
}

function held(lease: Lease | null): Lease {
  if (lease === null) throw new Error("expected a lease");
  return lease;
}
