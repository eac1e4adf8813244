import { connect, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type Listening, listenWith } from "../../functions/webhook/node.ts";

const open: { close(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function served(most: object = {}): Promise<Listening> {
  const at = { port: 0, host: "127.0.0.1", ...most };
  const server = await listenWith(() => new Response("here\n"), at);
  open.push(server);
  return server;
}

/** A caller by hand; what becomes of it is heard. */
function caller(url: string) {
  const socket: Socket = connect(Number(new URL(url).port), "127.0.0.1");
  open.push({ close: () => void socket.destroy() });
  const heard = { text: "", isOver: false };
  socket.on("data", (chunk) => {
    heard.text += chunk.toString();
  });
  socket.on("error", () => {});
  const over = new Promise<void>((resolve) => {
    socket.on("close", () => {
      heard.isOver = true;
      resolve();
    });
  });
  return { socket, heard, over };
}

test("callers that say a byte now and then are let go, and others are served meanwhile", async () => {
  const { url } = await served();
  const slow = Array.from({ length: 60 }, () => caller(url));
  for (const { socket } of slow) socket.write("POST /signals/spy HTTP/1.1\r\nHost: a\r\nX-A: ");
  const drip = setInterval(() => {
    for (const { socket, heard } of slow) if (!heard.isOver) socket.write("x");
  }, 200);
  const startedMs = performance.now();
  expect((await fetch(url)).status).toBe(200);
  await Promise.all(slow.map(({ over }) => over));
  clearInterval(drip);
  expect(performance.now() - startedMs).toBeLessThan(9_000);
  for (const { heard } of slow) expect(heard.text).toMatch(/^(HTTP\/1\.1 408 |$)/);
}, 30_000);

test("more callers than it can hold are turned away, and it serves on once they are gone", async () => {
  const { url } = await served({ maxConnections: 100 });
  const many = Array.from({ length: 250 }, () => caller(url));
  const gone = () => many.filter(({ heard }) => heard.isOver).length;
  const untilMs = performance.now() + 20_000;
  while (gone() < 150 && performance.now() < untilMs) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  // 100 are held, the rest are closed at once.
  expect(gone()).toBeGreaterThanOrEqual(150);
  for (const { socket } of many) socket.destroy();
  await Promise.all(many.map(({ over }) => over));
  expect((await fetch(url)).status).toBe(200);
}, 60_000);
