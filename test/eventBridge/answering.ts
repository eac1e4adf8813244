import { Readable } from "node:stream";

/** What AWS is to answer: a body, an error by its name, or a network that breaks. */
export type Answer =
  | { readonly status?: number; readonly body: object }
  | { readonly status: number; readonly error: string }
  | { readonly broken: string };

/** A request as the SDK sent it. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly target: string;
  readonly body: Record<string, unknown>;
}

/** A request handler of the SDK that answers from a list, and what it was asked; no network. */
export function answering(answers: Answer[]) {
  const sent: Sent[] = [];
  const handle = async (request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string | Uint8Array;
  }) => {
    const text = Buffer.from(request.body ?? "").toString();
    sent.push({
      method: request.method,
      path: request.path,
      target: request.headers["x-amz-target"] ?? "",
      body: text === "" ? {} : JSON.parse(text),
    });
    const answer = answers.shift();
    if (answer === undefined) throw new Error("asked once too often");
    if ("broken" in answer) throw Object.assign(new Error("broken"), { code: answer.broken });
    const isError = "error" in answer;
    const body = isError ? { __type: answer.error, Message: answer.error } : answer.body;
    const headers = {
      "content-type": "application/json",
      ...(isError ? { "x-amzn-errortype": answer.error } : {}),
    };
    const statusCode = answer.status ?? 200;
    return { response: { statusCode, headers, body: Readable.from([JSON.stringify(body)]) } };
  };
  const config = {
    region: "eu-central-1",
    credentials: { accessKeyId: "key", secretAccessKey: "secret" },
    requestHandler: { handle },
    maxAttempts: 1,
  };
  return { config, sent };
}

/** Waits that take no time, and how long they would have been. */
export function patience(random = 0.5) {
  const waited: number[] = [];
  const wait = async (ms: number) => void waited.push(ms);
  return { waited, attempts: 4, random: () => random, wait };
}
