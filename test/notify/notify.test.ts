import { describe, expect, test } from "vitest";
import type { Notice } from "../../core/ports/notifier.ts";
import { notifierTo } from "../../functions/notify/notifier.ts";
import { type NoticeRequest, parseTarget, requestOf } from "../../functions/notify/targets.ts";

const notice: Notice = {
  key: "drift.main",
  severity: "page",
  title: "Account main differs",
  text: "AAPL: ours 3\nfake: line",
  timeMs: 0,
};

describe("targets of notices", () => {
  test.each([
    ["slack", "slack:https://hooks.slack.com/services/T/B/x", '"text":'],
    ["discord", "discord:https://discord.com/api/webhooks/1/x", '"allowed_mentions":{"parse":[]}'],
    ["telegram", "telegram:https://api.telegram.org/botX/sendMessage?chat_id=7", '"chat_id":"7"'],
    ["ntfy", "ntfy:https://ntfy.sh/my-topic", "AAPL: ours 3"],
  ])("%s is told in its own way", (service, text, part) => {
    const target = parseTarget(text);
    expect(target.service).toBe(service);
    expect(requestOf(target, notice).body).toContain(part);
  });

  test.each([
    ["pager:https://example.com/x", /SERVICE:URL/],
    ["slack:http://hooks.slack.com/x", /https/],
    ["slack:https://evil.example/x", /hooks\.slack\.com/],
    ["ntfy:https://169.254.169.254/latest", /public name/],
    ["ntfy:https://localhost/x", /public name/],
    ["ntfy:https://[::1]/x", /public name/],
    ["ntfy:https://metadata.internal/x", /public name/],
    ["ntfy:https://user:secret@ntfy.sh/x", /without a user/],
  ])("%s is refused", (text, why) => {
    expect(() => parseTarget(text)).toThrow(why);
    const secretless = () => {
      try {
        parseTarget(text);
      } catch (error) {
        return String(error);
      }
      return "";
    };
    expect(secretless()).not.toContain("secret");
  });
});

describe("a notifier", () => {
  const told = (status: number | Error) => {
    const lines: string[] = [];
    const requests: NoticeRequest[] = [];
    const time = { nowMs: 0 };
    const notifier = notifierTo({
      targets: [parseTarget("slack:https://hooks.slack.com/services/SECRET")],
      clock: { nowMs: () => time.nowMs },
      log: (line) => lines.push(line),
      send: async (request) => {
        requests.push(request);
        if (status instanceof Error) throw status;
        return status;
      },
    });
    return { lines, requests, time, notifier };
  };

  test("tells the same key once while it lasts, and on one line", async () => {
    const { lines, requests, time, notifier } = told(200);
    await notifier.notify(notice);
    await notifier.notify(notice);
    expect(requests.length).toBe(1);
    expect(lines).toEqual(["page: Account main differs: AAPL: ours 3 | fake: line"]);
    time.nowMs = 3_600_000;
    await notifier.notify(notice);
    expect(requests.length).toBe(2);
  });

  test.each([
    [500, "warning: slack answered 500 to a notice"],
    [new Error("https://hooks.slack.com/services/SECRET"), "warning: slack could not be told"],
  ])("survives trouble in telling, and keeps the address to itself", async (status, line) => {
    const { lines, notifier } = told(status);
    await notifier.notify(notice);
    expect(lines.join("\n")).toContain(line);
    expect(lines.join("\n")).not.toContain("SECRET");
  });
});
