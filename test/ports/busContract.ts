import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError, TransientError } from "../../core/domain/errors.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import type { Bus } from "../../core/ports/bus.ts";
import { signal } from "../store/events.ts";

/** A bus under test. */
export interface BusSubject {
  readonly bus: Bus;
  /** What those who follow it were told so far, in the order of arrival. */
  delivered(): readonly DomainEvent[];
  /** How its line is to fare from now on, a number a call: 0 for well. Where it has a line. */
  trouble?(draws: readonly number[]): void;
}

const SEED = 20261121;

/** What every bus promises: see `core/ports/bus.ts`. */
export function busContract(name: string, open: () => BusSubject): void {
  describe(`${name}, by the contract of buses`, () => {
    test("delivers every event whole, and none for none", async () => {
      const { bus, delivered } = open();
      await bus.publish([]);
      expect(delivered()).toEqual([]);
      const events = Array.from({ length: 37 }, (_, i) => signal(i));
      await bus.publish(events.slice(0, 1));
      await bus.publish(events.slice(1));
      const byId = (a: DomainEvent, b: DomainEvent) => (a.id < b.id ? -1 : 1);
      expect([...delivered()].sort(byId)).toEqual([...events].sort(byId));
    });

    test("what was published is not changed by whoever published it", async () => {
      const { bus, delivered } = open();
      const event = signal(1);
      await bus.publish([event]);
      expect(delivered()).toEqual([event]);
      expect(event).toEqual(signal(1));
    });

    if (open().trouble === undefined) return;
    test("loses nothing that it said was taken, in whatever trouble its line is", async () => {
      console.log(`trouble of ${name}: seed ${SEED}`);
      const counts = fc.integer({ min: 1, max: 35 });
      const draws = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 40 });
      await fc.assert(
        fc.asyncProperty(counts, draws, async (count, bad) => {
          const subject = open();
          subject.trouble?.(bad);
          const events = Array.from({ length: count }, (_, i) => signal(i));
          for (let tries = 0; ; tries += 1) {
            expect(tries).toBeLessThan(60);
            const error = await subject.bus.publish(events).then(
              () => null,
              (thrown: unknown) => thrown,
            );
            if (error === null) break;
            expect(error).not.toBeInstanceOf(InputError);
            expect(error).toBeInstanceOf(TransientError);
          }
          const ids = new Set(subject.delivered().map(({ id }) => id));
          expect(ids).toEqual(new Set(events.map(({ id }) => id)));
        }),
        { seed: SEED, numRuns: 100 },
      );
    });
  });
}
