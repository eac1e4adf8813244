import { newYorkTimeMs } from "../../core/domain/time.ts";
import { createExchange } from "../../functions/exchange/exchange.ts";
import { feeds } from "../live/minutes.ts";
import { prefix } from "../runtime/worlds.ts";

// An exchange in a process of its own, until it is told to end: its clock and its faults are moved
// by whoever drives the test.
const minutes = Number(process.argv[2]);
const exchange = createExchange({
  feeds: feeds()
    .slice(0, 2)
    .map((feed) => ({ ...feed, columns: prefix(feed.columns, minutes) })),
  fromMs: newYorkTimeMs("2024-07-01", "09:31"),
});
const served = await exchange.listen({ port: 0, host: "127.0.0.1" });
process.stdout.write(`${served.url}\n`);
