import { describe, expect, test } from "vitest";
import type { OrderRequest } from "../../core/domain/order.ts";
import { evolveOrder, orderFrom } from "../../core/execution/lifecycle.ts";
import { eventOf } from "../../core/execution/report.ts";
import type { Awaitable, Venue, VenueReport } from "../../core/ports/venue.ts";
import { d, request } from "../execution/fixtures.ts";

/** What is known of a venue beforehand. */
export interface VenueTraits {
  readonly name: string;
  /** What is traded there. */
  readonly symbol: string;
  /** What makes an order one that the venue can't take. */
  readonly refused: Partial<OrderRequest>;
  /** Whether the venue holds legs; where it does not, the framework keeps them. */
  readonly holdsLegs: boolean;
}

/** A venue that takes an order from whoever calls: there is no gate before it here. */
type AnyVenue = Pick<Venue, "cancel" | "find"> & {
  submit(requests: readonly OrderRequest[], nowMs: number): Awaitable<readonly VenueReport[]>;
  replace(
    orderId: string,
    replacement: OrderRequest,
    nowMs: number,
  ): Awaitable<readonly VenueReport[]>;
};

/** A venue under test, and hands on what is behind it. */
export interface VenueRig {
  readonly venue: AnyVenue;
  /** Lets so many shares of a resting order trade at a price. */
  fill(orderId: string, quantity: number, price: number): Promise<void>;
  /** What the venue has said by itself since the last call, as its updates carry it. */
  updates(): Promise<readonly VenueReport[]>;
  /** What the venue tells of executions from the start on; null where it keeps no such list. */
  history: (() => Promise<readonly VenueReport[]>) | null;
  /** The next order arrives, but its answer does not; null where no line can be cut. */
  loseAnswer: (() => void) | null;
  /** Updates are lost from now on until `false` is given; null where nothing carries them. */
  deafen: ((deaf: boolean) => Promise<void>) | null;
}

const NOW_MS = Date.UTC(2026, 10, 20, 15, 30);

/** A limit order for ten shares, resting below the market. */
function restingIn(symbol: string) {
  const limit = { type: "limit", limitPrice: d("99"), timeInForce: "gtc" } as const;
  return (id: string, changes: Partial<OrderRequest> = {}): OrderRequest =>
    request({ id, symbol, ...limit, decidedTimeMs: NOW_MS, ...changes });
}

/** Where an order stands after all that was said of it, by the book's own rules. */
function standing(of: OrderRequest, reports: readonly VenueReport[]) {
  let order = orderFrom(of, NOW_MS);
  for (const report of reports) {
    if (report.orderId !== of.id) continue;
    order = evolveOrder(order, eventOf(report, of, NOW_MS)) ?? order;
  }
  return { status: order.status, filled: Number(order.filledQuantity) / 1e9 };
}

/** What every venue promises, whatever is behind it. */
export function venueContract(traits: VenueTraits, rigOf: () => Promise<VenueRig>): void {
  const { name, symbol, refused, holdsLegs } = traits;
  const resting = restingIn(symbol);
  describe(`the venue contract: ${name}`, () => {
    test("an order that is placed is accepted, and found by its client order id", async () => {
      const { venue } = await rigOf();
      const order = resting("a1");
      expect(standing(order, await venue.submit([order], NOW_MS)).status).toBe("accepted");
      expect(standing(order, (await venue.find("a1")) ?? []).status).toBe("accepted");
    });

    test("an order that never arrived is not found", async () => {
      const { venue } = await rigOf();
      expect(await venue.find("nobody")).toBeNull();
    });

    test("a client order id is taken once: a repeat is rejected as duplicate", async () => {
      const { venue } = await rigOf();
      await venue.submit([resting("a1")], NOW_MS);
      const [again] = await venue.submit([resting("a1")], NOW_MS);
      expect(again).toMatchObject({ kind: "rejected", orderId: "a1", reason: "duplicate" });
    });

    test("an id stays taken after its order is over", async () => {
      const { venue } = await rigOf();
      await venue.submit([resting("a1")], NOW_MS);
      await venue.cancel("a1", NOW_MS);
      const [again] = await venue.submit([resting("a1")], NOW_MS);
      expect(again).toMatchObject({ kind: "rejected", reason: "duplicate" });
    });

    test("fills come once each, with ids of their own, until the order is filled", async () => {
      const { venue, fill, updates } = await rigOf();
      const order = resting("a1");
      const said = [...(await venue.submit([order], NOW_MS))];
      await fill("a1", 4, 99);
      said.push(...(await updates()));
      expect(standing(order, said)).toEqual({ status: "partially-filled", filled: 4 });
      await fill("a1", 6, 99);
      said.push(...(await updates()));
      expect(standing(order, said)).toEqual({ status: "filled", filled: 10 });
      const ids = said.flatMap((one) => (one.kind === "filled" ? [one.executionId] : []));
      expect(new Set(ids).size).toBe(2);
    });

    test("what is found after a fill is what the updates said of it", async () => {
      const { venue, fill, updates } = await rigOf();
      const order = resting("a1");
      const said = [...(await venue.submit([order], NOW_MS))];
      await fill("a1", 4, 99);
      said.push(...(await updates()));
      const found = (await venue.find("a1")) ?? [];
      // Both told: the executions are the same ones, so the book counts them once.
      expect(standing(order, [...said, ...found])).toEqual({
        status: "partially-filled",
        filled: 4,
      });
    });

    test("a cancel ends an order and keeps what it filled", async () => {
      const { venue, fill, updates } = await rigOf();
      const order = resting("a1");
      const said = [...(await venue.submit([order], NOW_MS))];
      await fill("a1", 4, 99);
      said.push(...(await updates()), ...(await venue.cancel("a1", NOW_MS)), ...(await updates()));
      expect(standing(order, said)).toEqual({ status: "cancelled", filled: 4 });
    });

    test("a cancel after the last fill loses nothing", async () => {
      const { venue, fill, updates } = await rigOf();
      const order = resting("a1");
      const said = [...(await venue.submit([order], NOW_MS))];
      await fill("a1", 10, 99);
      const late = await venue.cancel("a1", NOW_MS);
      expect(late.map(({ kind }) => kind)).toContain("cancel-rejected");
      said.push(...late, ...(await updates()));
      expect(standing(order, said)).toEqual({ status: "filled", filled: 10 });
    });

    test("a cancel of what is not known is refused", async () => {
      const { venue } = await rigOf();
      const [report] = await venue.cancel("nobody", NOW_MS);
      expect(report).toMatchObject({ kind: "cancel-rejected", orderId: "nobody" });
    });

    test("a replacement takes an order's place for the rest of it", async () => {
      const { venue, fill, updates } = await rigOf();
      const order = resting("a1");
      const next = resting("a2", { limitPrice: d("98"), replaces: "a1" });
      const said = [...(await venue.submit([order], NOW_MS))];
      await fill("a1", 4, 99);
      said.push(...(await updates()), ...(await venue.replace("a1", next, NOW_MS)));
      said.push(...(await updates()));
      expect(standing(order, said)).toEqual({ status: "replaced", filled: 4 });
      expect(standing(next, said)).toEqual({ status: "accepted", filled: 0 });
      await fill("a2", 6, 98);
      // Ten were wanted of both together: the book must not wait for more.
      const end = standing(next, [...said, ...(await updates())]);
      expect(end).toEqual({ status: "cancelled", filled: 6 });
    });

    test("a replacement of a filled order is refused, and never trades", async () => {
      const { venue, fill, updates } = await rigOf();
      const order = resting("a1");
      const next = resting("a2", { limitPrice: d("98"), replaces: "a1" });
      const said = [...(await venue.submit([order], NOW_MS))];
      await fill("a1", 10, 99);
      said.push(...(await updates()), ...(await venue.replace("a1", next, NOW_MS)));
      expect(standing(order, said)).toEqual({ status: "filled", filled: 10 });
      expect(standing(next, said)).toEqual({ status: "rejected", filled: 0 });
    });

    test("an order that can't be is rejected with a reason", async () => {
      const { venue } = await rigOf();
      const [report] = await venue.submit([resting("a1", refused)], NOW_MS);
      expect(report).toMatchObject({ kind: "rejected", orderId: "a1" });
      expect(report).toHaveProperty("reason", expect.stringMatching(/.+/));
    });

    test("a filled entry wakes its legs, and one leg's fill ends the other", async (context) => {
      if (!holdsLegs) return context.skip("the framework keeps this venue's legs");
      const { venue, fill, updates } = await rigOf();
      const [entry, stop, target] = bracket(resting("e1"));
      const said = [...(await venue.submit([entry, stop, target], NOW_MS))];
      expect(standing(stop, said).status).toBe("held");
      expect(standing(target, said).status).toBe("held");
      await fill("e1", 10, 99);
      said.push(...(await updates()));
      expect(standing(entry, said).status).toBe("filled");
      expect(standing(target, said).status).toBe("accepted");
      await fill("e1.target", 10, 110);
      said.push(...(await updates()));
      expect(standing(target, said)).toEqual({ status: "filled", filled: 10 });
      expect(standing(stop, said)).toEqual({ status: "cancelled", filled: 0 });
    });

    test("a lost answer is unknown, and the order is found where it arrived", async (context) => {
      const { venue, loseAnswer } = await rigOf();
      if (loseAnswer === null) return context.skip("nothing lies between us and this venue");
      const order = resting("a1");
      loseAnswer();
      const said = await venue.submit([order], NOW_MS);
      expect(said).toMatchObject([{ kind: "unknown", orderId: "a1" }]);
      const found = (await venue.find("a1")) ?? [];
      expect(standing(order, [...said, ...found]).status).toBe("accepted");
    });

    test("fills that the updates missed are in the history, under the same id", async (context) => {
      const { venue, fill, updates, deafen, history } = await rigOf();
      if (deafen === null || history === null) return context.skip("nothing carries its updates");
      const order = resting("a1");
      const said = [...(await venue.submit([order], NOW_MS))];
      await fill("a1", 4, 99);
      said.push(...(await updates()));
      await deafen(true);
      await fill("a1", 6, 99);
      await deafen(false);
      said.push(...(await updates()));
      expect(standing(order, said).filled).toBe(4);
      expect(standing(order, [...said, ...(await history())])).toEqual({
        status: "filled",
        filled: 10,
      });
    });
  });
}

function bracket(entry: OrderRequest): readonly [OrderRequest, OrderRequest, OrderRequest] {
  const leg = { side: "sell", parentId: "e1", ocoGroup: "e1.oco", limitPrice: null } as const;
  const stop = { role: "stop-loss", type: "stop", stopPrice: d("95") } as const;
  const target = { role: "take-profit", type: "limit", limitPrice: d("110") } as const;
  return [
    entry,
    { ...entry, id: "e1.stop", ...leg, ...stop },
    { ...entry, id: "e1.target", ...leg, ...target },
  ];
}
