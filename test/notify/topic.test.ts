import { describe, expect, test } from "vitest";
import { TransientError } from "../../core/domain/errors.ts";
import { type NoticeRequest, parseTarget } from "../../functions/notify/targets.ts";
import { noticesOf, topicEntry } from "../../functions/notify/topic.ts";
import { topicEvent } from "./payloads.ts";

const alarm = (NewStateValue: string) =>
  JSON.stringify({
    AlarmName: "bellwether-dev-dead-letters",
    AlarmDescription: "something failed for good",
    AWSAccountId: "000000000000",
    NewStateValue,
    NewStateReason: "Threshold Crossed: 1 datapoint [1.0] was >= the threshold (1.0).",
    StateChangeTime: "2024-07-02T12:45:06.000+0000",
    OldStateValue: "OK",
    Trigger: { MetricName: "ApproximateNumberOfMessagesVisible" },
  });

const slack = parseTarget("slack:https://hooks.slack.com/services/canary");
const ntfy = parseTarget("ntfy:https://ntfy.example.com/canary");

describe("what the topic was told", () => {
  test("of an alarm: its name, what it means and why it rang", () => {
    expect(noticesOf(topicEvent(alarm("ALARM")))).toEqual([
      {
        key: "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
        timeMs: Date.parse("2024-07-02T12:45:07Z"),
        severity: "page",
        title: "bellwether-dev-dead-letters: alarm",
        text:
          "something failed for good\n" +
          "Threshold Crossed: 1 datapoint [1.0] was >= the threshold (1.0).",
      },
    ]);
    expect(noticesOf(topicEvent(alarm("OK")))[0]).toMatchObject({
      severity: "info",
      title: "bellwether-dev-dead-letters: over",
    });
  });

  test("of an event: the text of the rule, without the quotes that the bus puts around it", () => {
    const text = "Bellwether dev: profile spy stopped itself: it threw";
    const [notice] = noticesOf(topicEvent(JSON.stringify(text)));
    expect(notice).toMatchObject({ severity: "page", title: "Bellwether", text });
  });

  test("of a budget: its subject and its text as they are", () => {
    const [notice] = noticesOf(topicEvent("You spent 16.1 USD", "AWS Budgets: bellwether-dev"));
    expect(notice).toMatchObject({
      title: "AWS Budgets: bellwether-dev",
      text: "You spent 16.1 USD",
    });
  });

  test("of another shape is refused by the field", () => {
    expect(() => noticesOf({ Records: [{}] })).toThrow(/^topic: Records\.0\.Sns: /);
  });
});

describe("the function that tells chats", () => {
  const sent: NoticeRequest[] = [];
  const sending = (answers: (number | Error)[]) => {
    sent.length = 0;
    return async (request: NoticeRequest) => {
      sent.push(request);
      const answer = answers.shift() ?? 200;
      if (answer instanceof Error) throw answer;
      return answer;
    };
  };

  test("tells every target", async () => {
    const entry = topicEntry(async () => [slack, ntfy], sending([]));
    expect(await entry(topicEvent(alarm("ALARM")))).toEqual({ told: 2, failed: 0 });
    expect(sent.map(({ url }) => new URL(url).host)).toEqual([
      "hooks.slack.com",
      "ntfy.example.com",
    ]);
    expect(sent[0]?.body).toContain("dead-letters: alarm");
  });

  test("tries a target twice, and one that fails keeps no other from being told", async () => {
    const down = () => new Error("no route to https://ntfy.example.com/canary");
    const entry = topicEntry(async () => [ntfy, slack], sending([down(), 200, 500]));
    expect(await entry(topicEvent("a"))).toEqual({ told: 1, failed: 1 });
    expect(sent).toHaveLength(3);
  });

  test("fails where nobody was told, and its words hold no address", async () => {
    const entry = topicEntry(async () => [ntfy], sending([500, new Error("canary")]));
    const told = entry(topicEvent("a"));
    await expect(told).rejects.toThrow(TransientError);
    await expect(told).rejects.not.toThrow(/canary/);
  });

  test("tells nobody where nothing is set yet, and that is no failure", async () => {
    const entry = topicEntry(async () => [], sending([]));
    expect(await entry(topicEvent("a"))).toEqual({ told: 0, failed: 0 });
  });
});
