import { equity } from "../../core/domain/instruments.ts";
import { MINUTE_MS, SECOND_MS } from "../../core/domain/time.ts";
import { reportsOfUpdate } from "../../functions/alpaca/reports.ts";
import { wireUpdate } from "../../functions/alpaca/wire.ts";
import { createExchange } from "../../functions/exchange/exchange.ts";
import { venueOn } from "../alpaca/rigs.ts";
import { flat, minutes, OPEN_MS } from "../exchange/rigs.ts";
import { d } from "../execution/fixtures.ts";
import { venueContract } from "./contract.ts";

const traits = {
  name: "Alpaca, on the local exchange in this process",
  symbol: "SPY",
  refused: { limitPrice: d("99.001") },
  holdsLegs: true,
};

/** Prints far from every order, to be overwritten before the clock comes to them. */
function quietPrints(count: number) {
  const eventTimeMs = Float64Array.from(
    { length: count },
    (_, i) => OPEN_MS + MINUTE_MS + (i + 1) * SECOND_MS,
  );
  const price = new Float64Array(count).fill(105);
  return { length: count, eventTimeMs, price, size: new Float64Array(count).fill(1) };
}

venueContract(traits, async () => {
  const instrument = equity("SPY");
  const prints = quietPrints(100);
  const exchange = createExchange({
    feeds: [minutes(instrument, flat(105, 60))],
    ticks: [{ instrument, kind: "trades", columns: prints }],
    fill: "trades",
    touch: "fill",
  });
  exchange.advanceTo(OPEN_MS + MINUTE_MS);
  const venue = venueOn((url, init) => exchange.fetch(new Request(url, init)));
  const updates: unknown[] = [];
  exchange.subscribe((update) => updates.push(update));
  return {
    venue,
    async fill(_, quantity, price) {
      const row = prints.eventTimeMs.findIndex((timeMs) => timeMs > exchange.nowMs);
      prints.price[row] = price;
      prints.size[row] = quantity;
      exchange.advanceTo(prints.eventTimeMs[row] ?? 0);
    },
    async updates() {
      exchange.advanceTo(exchange.nowMs + 1);
      const reports = [];
      for (const message of updates.splice(0)) {
        const update = wireUpdate.parse(message);
        const orderId = await venue.names.nameOf(update.order);
        reports.push(...reportsOfUpdate(update, await venue.termsOf(update.order, orderId)));
      }
      return reports;
    },
    history: () => venue.fillsSince(OPEN_MS),
    loseAnswer: () => void exchange.faults.arm({ kind: "lost", method: "POST" }),
    async deafen(isDeaf) {
      if (isDeaf) exchange.faults.arm({ kind: "lose-updates", times: 100 });
      else exchange.faults.clear();
    },
  };
});
