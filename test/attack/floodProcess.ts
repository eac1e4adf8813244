import { listen } from "../../functions/webhook/node.ts";
import { rig } from "../webhook/rig.ts";

// A webhook in a process of its own, which says the most memory that it has held, MB.
const { ports, events } = rig();
const maxConnections = Number(process.argv[2]);
const { url } = await listen(ports, { port: 0, host: "127.0.0.1", maxConnections });
process.stdout.write(`${url}\n`);
let peak = 0;
setInterval(() => {
  const now = Math.round(process.memoryUsage.rss() / 1e6);
  if (now > peak) process.stdout.write(`peak ${now} `);
  peak = Math.max(peak, now);
  process.stdout.write(`stored ${events.length}\n`);
}, 100);
