import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { afterAll } from "vitest";
import { eventBridgeBus } from "../../functions/eventBridge/eventBridgeBus.ts";
import { eventBridgeScheduler } from "../../functions/eventBridge/eventBridgeScheduler.ts";
import { createExchange } from "../../functions/exchange/exchange.ts";
import { systemClock, VenueClock } from "../../functions/serve/clocks.ts";
import { VirtualTime } from "../../functions/simulate/virtualTime.ts";
import { PlannedJobs } from "../../functions/wire/plannedJobs.ts";
import { QueueBus } from "../../functions/wire/queueBus.ts";
import { patience } from "../eventBridge/answering.ts";
import { pretendEventBridge, pretendScheduler } from "../eventBridge/pretend.ts";
import { flat, minutes } from "../exchange/rigs.ts";
import { type BusSubject, busContract } from "./busContract.ts";
import { clockContract } from "./clockContract.ts";
import { schedulerContract } from "./schedulerContract.ts";

busContract("EventBridge", (): BusSubject => {
  const { config, delivered, trouble } = pretendEventBridge();
  const client = new EventBridgeClient(config);
  return { bus: eventBridgeBus({ client, busName: "books", ...patience() }), delivered, trouble };
});

busContract("the bus of the wire", (): BusSubject => {
  const bus = new QueueBus();
  const taken: ReturnType<QueueBus["take"]>[] = [];
  const delivered = () => {
    taken.push(bus.take());
    return taken.flat();
  };
  return { bus, delivered };
});

schedulerContract("EventBridge Scheduler", () => {
  const { config, fired } = pretendScheduler();
  const target = { group: "bellwether-test", targetArn: "arn:target", roleArn: "arn:role" };
  const client = new SchedulerClient(config);
  return { scheduler: eventBridgeScheduler({ client, ...target, ...patience() }), fired };
});

schedulerContract("the scheduler of the wire", () => {
  const scheduler = new PlannedJobs("fire");
  return {
    scheduler,
    fired: (nowMs) => scheduler.due(nowMs).map(({ job, input }) => ({ job, input })),
  };
});

clockContract("the machine's clock", async () => ({
  clock: systemClock,
  pass: () => systemClock.refresh(),
}));

clockContract("the clock of a simulation", async () => {
  const time = new VirtualTime(Date.UTC(2024, 6, 1));
  return { clock: { nowMs: () => time.nowMs }, pass: () => time.runUntil(time.nowMs + 7) };
});

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

clockContract("the clock of an exchange", async () => {
  const exchange = createExchange({ feeds: [minutes("AAA", flat(100, 10))] });
  const served = await exchange.listen({ port: 0, host: "127.0.0.1" });
  closing.push(() => served.close());
  const clock = new VenueClock(served.url, "any", "any");
  await clock.refresh();
  const pass = async () => {
    exchange.advanceTo(exchange.nowMs + 12_345);
    await clock.refresh();
  };
  return { clock, pass };
});
