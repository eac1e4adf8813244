import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TransientError } from "../../core/domain/errors.ts";
import { VenueClock } from "../../functions/serve/clocks.ts";
import { run } from "../cli/terminal.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bellwether-trouble-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A server that answers all alike, and is gone once it is closed. */
async function answering(status: number, body: string) {
  const server = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const close = () => new Promise((resolve) => server.close(resolve));
  return { url: `http://127.0.0.1:${port}`, close };
}

const serve = (url: string) => run("serve", "minutes-breakout", "--store", folder, "--url", url);

describe("a server that starts without its exchange", () => {
  test("says where nobody answers, without a stack, and ends with 2", async () => {
    const { url, close } = await answering(200, "");
    await close();
    const { code, err } = await serve(url);
    expect(code).toBe(2);
    expect(err).toMatch(/clock: expected an answer of http:\S+\/v2\/clock, got .*ECONNREFUSED/);
    expect(err).not.toMatch(/\n {4}at /);
  });

  test.each([
    [
      401,
      '{"code":40110000,"message":"request is not authorized"}',
      2,
      "keys: expected those of the exchange",
    ],
    [200, "<html>a router's own page</html>", 2, "expected a timestamp"],
  ])("tells an answer of %i from a clock's", async (status, body, expected, says) => {
    const { url, close } = await answering(status, body);
    const { code, err } = await serve(url);
    await close();
    expect(code).toBe(expected);
    expect(err).toContain(says);
    expect(err).not.toMatch(/\n {4}at /);
  });

  test("refuses what is no address", async () => {
    const { code, err } = await serve("localhost");
    expect(code).toBe(2);
    expect(err).toContain('expected the address of an exchange, got "localhost"');
  });
});

test("an exchange that goes away leaves the time as it was, and one in trouble may come again", async () => {
  const { url, close } = await answering(200, '{"timestamp":"2024-07-01T14:00:00Z"}');
  const clock = new VenueClock(url, "any", "any");
  await clock.refresh();
  await close();
  await expect(clock.refresh()).rejects.toThrow("expected an answer of");
  expect(clock.nowMs()).toBe(Date.parse("2024-07-01T14:00:00Z"));
  const busy = await answering(503, "");
  await expect(new VenueClock(busy.url, "any", "any").refresh()).rejects.toThrow(TransientError);
  await busy.close();
});
