import { CcxtVenue } from "../../functions/ccxt/ccxtVenue.ts";
import { MockExchange, RequestTimeout } from "../ccxt/mockExchange.ts";
import { venueContract } from "./contract.ts";

const traits = {
  name: "an exchange of ccxt, on its unified shapes",
  symbol: "BTC/USD",
  refused: { timeInForce: "opg" as const },
  holdsLegs: false,
};

venueContract(traits, async () => {
  const exchange = new MockExchange();
  const venue = new CcxtVenue(exchange, { symbols: ["BTC/USD"] });
  let deaf = false;
  let heardMs = 0;
  return {
    venue,
    fill: async (orderId, quantity, price) => exchange.fill(orderId, quantity, price),
    async updates() {
      if (deaf) return [];
      const reports = [];
      // Polled: executions since the last time, then where each order stands.
      for (const { id, clientOrderId } of exchange.orders) {
        const found = (await venue.find(clientOrderId ?? id)) ?? [];
        reports.push(...found.filter(({ timeMs }) => timeMs >= heardMs));
      }
      return reports;
    },
    history: () => venue.fillsSince(0),
    loseAnswer() {
      exchange.trouble = { error: new RequestTimeout("timed out"), arrives: true };
    },
    async deafen(isDeaf) {
      deaf = isDeaf;
      heardMs = Number.POSITIVE_INFINITY;
    },
  };
});
