import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent, request } from "node:https";
import { TransientError } from "../../../core/domain/errors.ts";
import { type Credentials, signed } from "./sign.ts";

/** What an AWS service answered, or that it refused with a typed error. */
export interface AwsAnswer {
  readonly status: number;
  /** Name of the error without its namespace, or null. */
  readonly error: string | null;
  readonly body: unknown;
}

/** How a process reaches AWS: what Lambda puts into every environment. */
export interface AwsSettings {
  readonly region: string;
  readonly credentials: Credentials;
  /** Endpoint by service, where it is not AWS's own: DynamoDB Local, a test. */
  readonly endpoints: Readonly<Record<string, string>>;
}

/** A service as the webhook calls it. */
export interface AwsService {
  readonly name: "dynamodb" | "secretsmanager";
  readonly version: "1.0" | "1.1";
  readonly target: string;
}

/** The two services that the webhook needs. */
export const DYNAMODB: AwsService = {
  name: "dynamodb",
  version: "1.0",
  target: "DynamoDB_20120810",
};
/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/ */
export const SECRETS_MANAGER: AwsService = {
  name: "secretsmanager",
  version: "1.1",
  target: "secretsmanager",
};

const ATTEMPT_MS = 800;
/** Waits before the next attempts, ms; all of them end within TradingView's patience. */
const WAITS_MS = [50, 150];
const THROTTLES = /Throttl|ProvisionedThroughputExceeded|TransactionConflict|InternalServer/;

const agents = { http: new HttpAgent({ keepAlive: true }), https: new Agent({ keepAlive: true }) };

/** Calls AWS's JSON services without their SDK: two calls do not need what it costs to start. */
export class AwsClient {
  private readonly settings: AwsSettings;

  constructor(settings: AwsSettings) {
    this.settings = settings;
  }

  /**
   * Calls an action; throttled and broken calls are tried again, so it must be one that may be.
   * @throws TransientError when it can't be reached, throttles or fails to the end.
   */
  async call(service: AwsService, action: string, input: unknown): Promise<AwsAnswer> {
    const body = JSON.stringify(input);
    let trouble = "no attempt";
    for (let attempt = 0; attempt <= WAITS_MS.length; attempt += 1) {
      try {
        const answer = await this.once(service, action, body);
        const isUnwell = answer.status >= 500 || THROTTLES.test(answer.error ?? "");
        if (!isUnwell) return answer;
        trouble = `${answer.status} ${answer.error ?? ""}`;
      } catch (error) {
        trouble = error instanceof Error ? error.message : "unknown";
      }
      const waitMs = WAITS_MS[attempt];
      if (waitMs !== undefined) await sleep(waitMs * (0.5 + Math.random()));
    }
    throw new TransientError(`${service.name} ${action}: ${trouble}`, 1_000);
  }

  private once(service: AwsService, action: string, body: string): Promise<AwsAnswer> {
    const { region, credentials, endpoints } = this.settings;
    const { name, version, target } = service;
    const url = new URL(endpoints[name] ?? `https://${name}.${region}.amazonaws.com`);
    const headers = signed(
      {
        service: name,
        region,
        host: url.host,
        headers: {
          "content-type": `application/x-amz-json-${version}`,
          "x-amz-target": `${target}.${action}`,
        },
        body,
        timeMs: Date.now(),
      },
      credentials,
    );
    return post(url, { ...headers, "content-length": String(Buffer.byteLength(body)) }, body);
  }
}

/** Reads region, keys and endpoints from the variables that Lambda and the SDKs use. */
export function awsFrom(env: Readonly<Record<string, string | undefined>>): AwsSettings {
  const all = env.AWS_ENDPOINT_URL;
  const endpoints: Record<string, string> = {};
  for (const [name, own] of [
    ["dynamodb", env.AWS_ENDPOINT_URL_DYNAMODB],
    ["secretsmanager", env.AWS_ENDPOINT_URL_SECRETS_MANAGER],
  ] as const) {
    const endpoint = own ?? all;
    if (endpoint !== undefined) endpoints[name] = endpoint;
  }
  return {
    region: env.AWS_REGION ?? "us-east-1",
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? "",
      sessionToken: env.AWS_SESSION_TOKEN,
    },
    endpoints,
  };
}

function post(url: URL, headers: Record<string, string>, body: string): Promise<AwsAnswer> {
  const isPlain = url.protocol === "http:";
  const open = isPlain ? httpRequest : request;
  const agent = isPlain ? agents.http : agents.https;
  return new Promise((resolve, reject) => {
    const call = open(url, { method: "POST", agent, headers, timeout: ATTEMPT_MS }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        try {
          resolve(answerOf(response.statusCode ?? 0, Buffer.concat(parts).toString("utf8")));
        } catch (error) {
          reject(error);
        }
      });
    });
    call.on("timeout", () => call.destroy(new Error(`no answer within ${ATTEMPT_MS} ms`)));
    call.on("error", reject);
    call.end(body);
  });
}

function answerOf(status: number, text: string): AwsAnswer {
  const body: unknown = text === "" ? {} : JSON.parse(text);
  const isObject = typeof body === "object" && body !== null && "__type" in body;
  const type = isObject ? String(body.__type) : status >= 400 ? "Unknown" : null;
  return { status, error: type === null ? null : type.slice(type.indexOf("#") + 1), body };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
