import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { NOW_MS, rig, SECRETS, send, sendJson, signedHeaders, typed } from "./rig.ts";

const TV = {
  secret: SECRETS["spy/tradingview"][0],
  symbol: "AMEX:SPY",
  action: "sell",
  position: "flat",
  price: "471.25",
  quantity: 10,
  interval: "60",
  barTime: "2026-03-02T16:00:00Z",
  orderId: "Long",
  sequence: "812-1",
  sentAt: "2026-03-02T17:00:29Z",
};

describe("a typed signal", () => {
  it("is stored as one event and answered with its id", async () => {
    const to = rig();
    const sent = typed({ price: 471.5, quantity: "12.5", comment: "breakout", id: "mine-1" });
    const { status, json } = await sendJson(to, "/signals/spy", sent);
    expect(status).toBe(202);
    expect(to.events).toHaveLength(1);
    expect(json()).toEqual({ id: to.events[0]?.id });
    expect(to.events[0]).toMatchObject({
      type: "signal.received.v1",
      eventTimeMs: NOW_MS,
      receivedTimeMs: NOW_MS,
      data: {
        signalId: "mine-1",
        profile: "spy",
        symbol: "SPY",
        action: "buy",
        price: 471.5,
        quantity: 12_500_000_000n,
        maxQuantity: 100_000_000_000n,
        source: "typed",
        comment: "breakout",
        expiresAtMs: NOW_MS + 300_000,
      },
    });
  });

  it("is accepted with either of two valid secrets", async () => {
    const to = rig();
    for (const secret of SECRETS["spy/typed"]) {
      const { status } = await sendJson(
        to,
        "/signals/spy",
        typed({ secret, id: secret.slice(-1) }),
      );
      expect(status).toBe(202);
    }
    expect(to.events).toHaveLength(2);
  });

  it("may come as text, as a form, or with no type at all", async () => {
    const to = rig();
    const secret = SECRETS["spy/typed"][0];
    const form = new URLSearchParams({ secret, symbol: "SPY", action: "exit", id: "2" });
    const bodies = [
      {
        body: JSON.stringify(typed({ id: "1" })),
        headers: { "content-type": "text/plain; charset=UTF-8" },
      },
      { body: form },
      {
        body: `secret=${secret} symbol=SPY action=buy id=3 comment="two words"`,
        headers: { "content-type": "text/plain" },
      },
      { body: Buffer.from(JSON.stringify(typed({ id: "4" }))) },
    ];
    for (const one of bodies) expect((await send(to, "/signals/spy", one)).status).toBe(202);
    expect(to.events.map(({ data }) => data.comment)).toEqual(["", "", "two words", ""]);
  });

  it("may be counted, and tell the position that its sender has", async () => {
    const to = rig();
    const told = { sequence: 7, position: "short", positionSize: -12.5 };
    await sendJson(to, "/signals/spy", typed(told));
    expect(to.events[0]?.data).toMatchObject({
      sequence: { series: "", number: 7 },
      leadsTo: { side: "short", quantity: 12_500_000_000n },
    });
  });

  it("expires when its sender says so, but never later than the profile allows", async () => {
    const to = rig();
    await sendJson(to, "/signals/spy", typed({ id: "1", expiresAt: NOW_MS + 1_000 }));
    await sendJson(to, "/signals/spy", typed({ id: "2", expiresAt: NOW_MS + 9_999_999 }));
    const expiries = to.events.map(({ data }) => data.expiresAtMs - NOW_MS);
    expect(expiries).toEqual([1_000, 300_000]);
  });
});

describe("a TradingView alert", () => {
  it("that leaves the position flat is an exit, whatever it sold", async () => {
    const to = rig();
    expect((await sendJson(to, "/signals/spy", TV)).status).toBe(202);
    expect(to.events[0]?.data).toMatchObject({
      symbol: "SPY",
      action: "exit",
      price: 471.25,
      quantity: 10_000_000_000n,
      source: "tradingview",
    });
  });

  it("says which of its script's alerts it is, and where it leaves the position", async () => {
    const to = rig();
    await sendJson(to, "/signals/spy", { ...TV, sequence: "812-41", positionSize: "0" });
    await sendJson(to, "/signals/spy", { ...TV, sequence: "odd", orderId: "b", position: "" });
    await sendJson(to, "/signals/spy", { ...TV, sequence: "813", orderId: "c", position: "" });
    expect(to.events.map(({ data }) => [data.sequence, data.leadsTo])).toEqual([
      [
        { series: "SPY 60", number: 41 },
        { side: "flat", quantity: 0n },
      ],
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  it("of the same bar with another counter is another signal", async () => {
    const to = rig();
    const first = await sendJson(to, "/signals/spy", TV);
    const next = await sendJson(to, "/signals/spy", { ...TV, sequence: "812-2" });
    expect(next.json().id).not.toBe(first.json().id);
    expect(to.events).toHaveLength(2);
  });

  it("sent again seconds later is a repeat", async () => {
    const to = rig();
    const first = await sendJson(to, "/signals/spy", TV);
    to.clock.ms += 5_000;
    const again = await sendJson(to, "/signals/spy", TV);
    expect([again.status, again.text]).toEqual([202, first.text]);
    expect(to.events).toHaveLength(1);
  });
});

describe("the templates for TradingView", () => {
  const folder = new URL("../../functions/webhook/pine/", import.meta.url);
  const filled: Readonly<Record<string, string>> = {
    ticker: "SPY",
    interval: "60",
    time: "2026-03-02T16:00:00Z",
    timenow: "2026-03-02T17:00:29Z",
    "strategy.order.action": "buy",
    "strategy.market_position": "long",
    "strategy.order.price": "471.25",
    "strategy.order.contracts": "10",
    "strategy.order.id": "Long",
    "strategy.order.comment": "",
  };
  const fill = (text: string) => text.replace(/{{([\w.]+)}}/g, (_, name) => filled[name] ?? "");

  it("pine/alert.json is taken once its placeholders are filled", async () => {
    const to = rig();
    const template = readFileSync(new URL("alert.json", folder), "utf8");
    const secret = SECRETS["spy/tradingview"][0];
    const body = fill(template).replace("YOUR-SECRET", secret);
    expect((await send(to, "/signals/spy", { body })).status).toBe(202);
    expect(to.events[0]?.data).toMatchObject({ action: "buy", price: 471.25, comment: "" });
  });

  it("pine/strategy.pine writes no field that is not known, and says how to send it", async () => {
    const to = rig();
    const script = readFileSync(new URL("strategy.pine", folder), "utf8");
    const names = [...script.matchAll(/[,'{]"(\w+)":"/g)].flatMap(([, name]) => name ?? []);
    expect(new Set(names)).toContain("sequence");
    const values: Readonly<Record<string, unknown>> = { ...TV, position: "flat", comment: "why" };
    const inner = [...new Set(names)].filter((name) => name !== "sentAt");
    const fields = inner.map((name) => `"${name}":"${values[name]}"`).join(",");
    const [, message = ""] = /\/\/ {5}(\{.*)$/m.exec(script) ?? [];
    const body = fill(message.replace("{{strategy.order.alert_message}}", fields));
    const { status, text } = await send(to, "/signals/spy", { body });
    expect(status, text).toBe(202);
  });
});

describe("other senders", () => {
  it("may hold their secret in the path", async () => {
    const to = rig();
    const path = `/signals/spy/${SECRETS["spy/path"][0]}`;
    const { status } = await sendJson(to, path, { symbol: "SPY", action: "buy" });
    expect(status).toBe(202);
    expect(to.events[0]?.data.source).toBe("path");
  });

  it("may sign the raw body", async () => {
    const to = rig();
    const body = JSON.stringify({ symbol: "QQQ", action: "sell" });
    const { status } = await send(to, "/signals/spy", { body, headers: signedHeaders(body) });
    expect(status).toBe(202);
    expect(to.events[0]?.data.source).toBe("signed");
  });

  it("may write what they like where the profile says how to read it", async () => {
    const to = rig();
    const body = JSON.stringify({
      auth: [SECRETS["spy/free"][0]],
      order: { ticker: "QQQ", side: "short", px: "400.5", extra: true },
      note: "from elsewhere",
    });
    const { status } = await send(to, "/signals/spy", { body, address: "10.1.2.3" });
    expect(status).toBe(202);
    expect(to.events[0]?.data).toMatchObject({
      symbol: "QQQ",
      action: "sell",
      price: 400.5,
      comment: "from elsewhere",
    });
  });

  it("may call from TradingView's addresses, also as IPv6 writes them", async () => {
    const to = rig();
    for (const address of ["52.89.214.238", "::ffff:34.212.75.30"]) {
      const order = { ticker: "SPY", side: "long", px: address.length };
      const body = JSON.stringify({ auth: [SECRETS["spy/free"][0]], order });
      expect((await send(to, "/signals/spy", { body, address })).status).toBe(202);
    }
  });
});

describe("a repeat", () => {
  it("sent fifty times at once is one event, and each is answered alike", async () => {
    const to = rig();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => sendJson(to, "/signals/spy", typed())),
    );
    expect(to.events).toHaveLength(1);
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(
      new Set([`202 {"id":"${to.events[0]?.id}"}`]),
    );
  });

  it("without an id is known across the turn of a minute", async () => {
    const to = rig();
    to.clock.ms = NOW_MS + 29_000;
    const first = await sendJson(to, "/signals/spy", typed());
    to.clock.ms += 5_000;
    expect((await sendJson(to, "/signals/spy", typed())).text).toBe(first.text);
    to.clock.ms += 60_000;
    expect((await sendJson(to, "/signals/spy", typed())).text).not.toBe(first.text);
    expect(to.events).toHaveLength(2);
  });

  it("is a repeat still when it has grown old, or the profile was halted since", async () => {
    const to = rig();
    const sent = typed({ id: "1", sentAt: NOW_MS });
    const first = await sendJson(to, "/signals/spy", sent);
    to.halts.push({ kind: "all", name: "all", reason: "drill", by: "test", sinceMs: NOW_MS });
    expect((await sendJson(to, "/signals/spy", sent)).text).toBe(first.text);
    to.clock.ms += 600_000;
    expect((await sendJson(to, "/signals/spy", sent)).text).toBe(first.text);
    expect(to.events).toHaveLength(1);
  });

  it("of a captured signed call is the same signal for as long as its signature is", async () => {
    const to = rig();
    const body = JSON.stringify({ symbol: "SPY", action: "buy" });
    const call = { body, headers: signedHeaders(body) };
    for (const afterMs of [0, 30_000, 89_000]) {
      to.clock.ms = NOW_MS + afterMs;
      expect((await send(to, "/signals/spy", call)).status).toBe(202);
    }
    to.clock.ms = NOW_MS + 91_000;
    expect((await send(to, "/signals/spy", call)).status).toBe(401);
    expect(to.events).toHaveLength(1);
  });
});
