import { expect, test } from "vitest";
import { constantLatency } from "../../core/simulation/latency.ts";
import { limit, quietRig } from "./rigs.ts";

test("a cancel on its way shows as pending, and arrives with the clock", async () => {
  const { post, get, ask, pass } = quietRig({ latency: constantLatency(90_000) });
  const { id } = (await post(limit("buy", 10, 50))).body;
  const statusOf = async () => (await get(`/v2/orders/${id}`)).body.status;
  pass(3);
  expect((await ask("DELETE", `/v2/orders/${id}`)).status).toBe(204);
  expect(await statusOf()).toBe("pending_cancel");
  pass(1);
  expect(await statusOf()).toBe("pending_cancel");
  pass(1);
  expect(await statusOf()).toBe("canceled");
});
