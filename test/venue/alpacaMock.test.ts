import { reportsOfUpdate } from "../../functions/alpaca/reports.ts";
import { wireUpdate } from "../../functions/alpaca/wire.ts";
import { MockAlpaca } from "../alpaca/mockAlpaca.ts";
import { venueOn } from "../alpaca/rigs.ts";
import { d } from "../execution/fixtures.ts";
import { venueContract } from "./contract.ts";

const traits = {
  name: "Alpaca, on recorded shapes of its replies",
  symbol: "SPY",
  refused: { limitPrice: d("99.001") },
  holdsLegs: true,
};

venueContract(traits, async () => {
  const mock = new MockAlpaca();
  const venue = venueOn(mock.fetchApi);
  return {
    venue,
    async fill(orderId, quantity, price) {
      const order = await venue.names.locate(orderId);
      mock.fill(order?.id ?? orderId, quantity, price);
    },
    async updates() {
      const reports = [];
      for (const message of mock.updates.splice(0)) {
        const update = wireUpdate.parse(message);
        const orderId = await venue.names.nameOf(update.order);
        reports.push(...reportsOfUpdate(update, await venue.termsOf(update.order, orderId)));
      }
      return reports;
    },
    history: () => venue.fillsSince(0),
    loseAnswer: () => mock.troubles.push({ method: "POST", answer: "lost", arrives: true }),
    async deafen() {
      mock.updates.length = 0;
    },
  };
});
