import type { StageDeps } from "../../functions/cli/stage/deps.ts";
import type { AwsOptions } from "../../functions/deploy/clients.ts";

/** A call to AWS as it left: the operation's name, and what was sent. */
export interface AwsCall {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What AWS answers: a value, or an error by its name. */
export type AwsReply = object | { readonly error: string; readonly message: string };

/** Stands where the network is: answers each operation, and keeps what was asked. */
export function awsOf(reply: (call: AwsCall) => AwsReply) {
  const calls: AwsCall[] = [];
  const requestHandler = {
    handle: async (request: {
      readonly method: string;
      readonly path: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }) => {
      const target = request.headers["x-amz-target"]?.split(".").at(-1);
      const operation = target ?? `${request.method} ${request.path}`;
      const { body: sent } = request;
      const text = sent instanceof Uint8Array ? new TextDecoder().decode(sent) : String(sent ?? "");
      const call: AwsCall = { operation, input: text === "" ? {} : JSON.parse(text) };
      calls.push(call);
      const answer = reply(call);
      const failed = "error" in answer;
      const body = failed
        ? { __type: answer.error, message: "message" in answer ? answer.message : "" }
        : answer;
      return {
        response: {
          statusCode: failed ? 400 : 200,
          headers: {
            "content-type": "application/x-amz-json-1.0",
            ...(failed ? { "x-amzn-errortype": answer.error } : {}),
          },
          body: new TextEncoder().encode(JSON.stringify(body)),
        },
      };
    },
  };
  const aws = {
    requestHandler,
    region: "us-east-1",
    credentials: { accessKeyId: "AKIATEST", secretAccessKey: "test" },
    maxAttempts: 1,
  } as unknown as AwsOptions;
  return { aws, calls };
}

/** What the commands of a stage need from outside, with answers to what they ask for. */
export function depsOf(aws: AwsOptions, more: Partial<StageDeps> & { lines?: string[] } = {}) {
  const { lines = [], ...rest } = more;
  const deps: StageDeps = {
    aws,
    fetchApi: undefined,
    ask: async () => lines.shift() ?? "",
    nowMs: () => Date.parse("2026-11-20T15:00:00Z"),
    freshSecret: () => "made-up-for-this-test-alone",
    ...rest,
  };
  return deps;
}
