import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { envelopeOf } from "../../core/events/envelope.ts";
import { signed } from "../../functions/webhook/aws/sign.ts";
import { readSignalText, signalText } from "../../functions/webhook/aws/signalText.ts";
import type { SignalEvent } from "../../functions/webhook/judge.ts";
import { rig, sendJson, typed } from "./rig.ts";

const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  sessionToken: "token/with+signs==",
};

describe("signature version 4", () => {
  it("is the SDK's own for the same call", async () => {
    let sent: { headers: Record<string, string>; body: string } | undefined;
    const client = new DynamoDBClient({
      region: "eu-central-1",
      endpoint: "https://dynamodb.eu-central-1.amazonaws.com",
      credentials,
      requestHandler: {
        handle: (request: { headers: Record<string, string>; body: string }) => {
          sent = request;
          return Promise.reject(new Error("not sent"));
        },
      },
      maxAttempts: 1,
    });
    const get = new GetItemCommand({ TableName: "größe", Key: { PK: { S: "1" } } });
    await expect(client.send(get)).rejects.toThrow();
    if (sent === undefined) throw new Error("the SDK sent nothing");
    const { authorization = "", "x-amz-date": stamp = "" } = sent.headers;
    const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(";") ?? [];
    const own = new Set(["host", "x-amz-date", "x-amz-security-token"]);
    const headers: Record<string, string> = {};
    for (const name of names) if (!own.has(name)) headers[name] = sent.headers[name] ?? "";
    const time = stamp.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z");
    const request = {
      service: "dynamodb",
      region: "eu-central-1",
      host: "dynamodb.eu-central-1.amazonaws.com",
      headers,
      body: sent.body,
      timeMs: Date.parse(time),
    };
    expect(signed(request, credentials).authorization).toBe(authorization);
  });
});

describe("the envelope of a stored signal", () => {
  it("is what core writes for it, and is read back as it was", async () => {
    const to = rig();
    await sendJson(to, "/signals/spy", typed({ quantity: "1.5", price: 3, comment: 'a "b"' }));
    await sendJson(to, "/signals/spy", { ...typed({ id: "2" }) });
    expect(to.events).toHaveLength(2);
    for (const event of to.events) {
      expect(JSON.parse(signalText(event))).toEqual(envelopeOf(event));
      expect(readSignalText(signalText(event))).toEqual<SignalEvent>(event);
    }
  });
});
