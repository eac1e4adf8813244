import type { VenueReport } from "../../core/execution/venueReport.ts";
import { d } from "../execution/fixtures.ts";
import { SPY, venueOf } from "../simulation/venues.ts";
import { venueContract } from "./contract.ts";

const traits = {
  name: "the simulated venue",
  symbol: "SPY",
  refused: { limitPrice: d("99.001") },
  holdsLegs: true,
};

venueContract(traits, async () => {
  const venue = venueOf({ fill: "trades", touch: "fill" });
  const market = venue.market(SPY);
  let said: VenueReport[] = [];
  let eventTimeMs = Date.UTC(2026, 10, 20, 15, 30);
  return {
    venue,
    async fill(_, size, price) {
      eventTimeMs += 1_000;
      said.push(...venue.onTrade(market, { eventTimeMs, price, size }));
    },
    async updates() {
      const reports = said;
      said = [];
      return reports;
    },
    history: null,
    loseAnswer: null,
    deafen: null,
  };
});
