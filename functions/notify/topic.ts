import * as z from "zod";
import { TransientError } from "../../core/domain/errors.ts";
import type { Notice } from "../../core/ports/notifier.ts";
import { checked } from "../lambda/payloads.ts";
import type { SendNotice } from "./notifier.ts";
import { requestOf, type Target } from "./targets.ts";

/** What SNS hands to a function. */
const topicEvent = z.object({
  Records: z.array(
    z.object({
      Sns: z.object({
        MessageId: z.string(),
        Subject: z.string().nullish(),
        Message: z.string(),
        Timestamp: z.iso.datetime(),
      }),
    }),
  ),
});

/** The part of an alarm that a person wants to read. */
const alarm = z.object({
  AlarmName: z.string(),
  AlarmDescription: z.string().nullish(),
  NewStateValue: z.enum(["OK", "ALARM", "INSUFFICIENT_DATA"]),
  NewStateReason: z.string(),
});

/** Notices of a batch of the topic. @throws InputError for what is no batch of one. */
export function noticesOf(payload: unknown): readonly Notice[] {
  const { Records } = checked(topicEvent, payload, "topic");
  return Records.map(({ Sns: { MessageId, Subject, Message, Timestamp } }) => {
    const said = jsonOf(Message);
    const read = alarm.safeParse(said);
    const when = { key: MessageId, timeMs: Date.parse(Timestamp) };
    if (read.success) return { ...when, ...ofAlarm(read.data) };
    // A rule of the bus sends its text as a JSON string, a budget sends plain text.
    const text = typeof said === "string" ? said : Message;
    return { ...when, severity: "page", title: Subject ?? "Bellwether", text };
  });
}

/**
 * Tells every target what the topic was told. Each has two tries; that one does not answer keeps no
 * other from being told.
 * @throws TransientError where not one was told: Lambda tries again, then sets it aside.
 */
export function topicEntry(targets: () => Promise<readonly Target[]>, send: SendNotice) {
  return async (payload: unknown): Promise<{ readonly told: number; readonly failed: number }> => {
    const all = await targets();
    let [told, failed] = [0, 0];
    for (const notice of noticesOf(payload)) {
      const answers = await Promise.all(all.map((target) => tell(target, notice, send)));
      told += answers.filter((one) => one).length;
      failed += answers.filter((one) => !one).length;
    }
    if (told === 0 && failed > 0)
      throw new TransientError("notify: no target took a notice", 1_000);
    return { told, failed };
  };
}

function ofAlarm(one: z.output<typeof alarm>): Pick<Notice, "severity" | "title" | "text"> {
  const over = one.NewStateValue === "OK";
  const title = `${one.AlarmName}: ${over ? "over" : one.NewStateValue.toLowerCase()}`;
  const text = [one.AlarmDescription ?? "", one.NewStateReason].filter((line) => line !== "");
  return { severity: over ? "info" : "page", title, text: text.join("\n") };
}

async function tell(target: Target, notice: Notice, send: SendNotice): Promise<boolean> {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      if ((await send(requestOf(target, notice))) < 300) return true;
    } catch {
      // The error may carry the address, which is a secret: it goes nowhere.
    }
  }
  return false;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
