import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Permissions } from "./permissions.ts";

/** An event on the bus, as a rule sees it. */
export type BusEvent = Readonly<Record<string, unknown>>;

/** A one-time schedule that a function has made. */
export interface Planned {
  readonly name: string;
  readonly at: string;
  readonly targetArn: string;
  readonly input: unknown;
}

const ARN = "arn:aws:";
const PLACE = "us-east-1:000000000000";

/**
 * The services of AWS that functions call, on one port. Tables are DynamoDB Local's; secrets, the
 * bus and schedules are kept here. Who calls is told from the key id that the request was signed
 * with, and each call is held against that role's policy, as IAM would.
 */
export class LocalAws {
  readonly secrets = new Map<string, string>();
  readonly planned: Planned[] = [];
  /** Files of buckets, by `bucket/key`. */
  readonly objects = new Map<string, Buffer>();
  /** What was put on the bus and not yet taken off. */
  onBus: BusEvent[] = [];
  /** Actions that each role has called. */
  readonly called = new Map<string, Set<string>>();
  /** What was refused to whom. */
  readonly refused: string[] = [];
  private readonly permissions: Permissions;
  private readonly dynamoUrl: string;
  private readonly server = createServer((request, response) => void this.serve(request, response));
  private count = 0;

  constructor(permissions: Permissions, dynamoUrl: string) {
    this.permissions = permissions;
    this.dynamoUrl = dynamoUrl;
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    const role = /Credential=([a-z]+)\//.exec(String(request.headers.authorization))?.[1] ?? "none";
    const target = String(request.headers["x-amz-target"] ?? "");
    const [path = ""] = (request.url ?? "").split("?");
    if (target === "" && !path.startsWith("/schedules/")) {
      return this.toBucket(role, request.method, path.slice(1), body, response);
    }
    const text = body.toString();
    const input = text === "" ? {} : JSON.parse(text);
    const calls = target === "" ? restCalls(request.method, path, input) : callsOf(target, input);
    const message = this.refusal(role, calls);
    if (message !== null) {
      return answer(response, 400, { __type: "x#AccessDeniedException", message });
    }
    if (target.startsWith("DynamoDB_")) return this.toTable(request, response, text);
    return answer(response, 200, this.keep(target, path, input));
  }

  /** Holds calls against the role's policy. */
  private refusal(role: string, calls: readonly Call[]): string | null {
    for (const [action, resource] of calls) {
      const known = this.called.get(role) ?? new Set();
      this.called.set(role, known.add(action));
      if (this.permissions.allows(role, action, resource)) continue;
      this.refused.push(`${role} ${action}`);
      return `${role} is not authorized to perform: ${action} on resource: ${resource}`;
    }
    return null;
  }

  /** S3, as far as a file is put and got. */
  private toBucket(
    role: string,
    method: string | undefined,
    path: string,
    body: Buffer,
    response: ServerResponse,
  ): void {
    const action = method === "PUT" ? "s3:PutObject" : "s3:GetObject";
    if (this.refusal(role, [[action, `arn:aws:s3:::${path}`]]) !== null) {
      return void response.writeHead(403).end("<Error><Code>AccessDenied</Code></Error>");
    }
    if (method === "PUT") this.objects.set(path, body);
    const found = this.objects.get(path);
    if (found === undefined) {
      return void response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>");
    }
    response.writeHead(200).end(method === "PUT" ? "" : found);
  }

  /** DynamoDB Local keeps a database a key id: all functions are to see the same. */
  private async toTable({ headers }: IncomingMessage, response: ServerResponse, body: string) {
    const authorization = String(headers.authorization).replace(/Credential=\w+\//, LOCAL);
    const reply = await fetch(this.dynamoUrl, {
      method: "POST",
      headers: {
        authorization,
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": String(headers["x-amz-target"]),
        "x-amz-date": String(headers["x-amz-date"]),
      },
      body,
    });
    answer(response, reply.status, await reply.json());
  }

  private keep(target: string, path: string, input: Record<string, unknown>): object {
    if (target === "secretsmanager.GetSecretValue") {
      const arn = String(input.SecretId);
      return { ARN: arn, SecretString: this.secrets.get(arn) };
    }
    if (target === "AWSEvents.PutEvents") {
      const entries = input.Entries as Record<string, string>[];
      this.onBus.push(...entries.map((entry) => this.delivered(entry)));
      return { FailedEntryCount: 0, Entries: entries.map(() => ({ EventId: "1" })) };
    }
    const { ScheduleExpression, Target } = input;
    const { Arn, Input } = Target as Record<string, string>;
    const name = decodeURIComponent(path.split("/").at(-1) ?? "");
    this.planned.push({
      name,
      at: String(ScheduleExpression),
      targetArn: Arn ?? "",
      input: JSON.parse(Input ?? "null"),
    });
    return { ScheduleArn: `${ARN}scheduler:${PLACE}:schedule/x/${name}` };
  }

  private delivered({ Source, DetailType, Detail = "", Time }: Record<string, string>): BusEvent {
    this.count += 1;
    return {
      version: "0",
      id: `00000000-0000-4000-8000-${String(this.count).padStart(12, "0")}`,
      "detail-type": DetailType,
      source: Source,
      account: "000000000000",
      time: new Date(Number(Time) * 1_000).toISOString(),
      region: "us-east-1",
      resources: [],
      detail: JSON.parse(Detail),
    };
  }
}

const LOCAL = "Credential=local/";

type Call = readonly [action: string, resource: string];

/** What a call of a JSON service needs to be allowed; a transaction is allowed by its parts. */
function callsOf(target: string, input: Record<string, unknown>): readonly Call[] {
  const [service = "", action = ""] = target.split(".");
  if (service === "secretsmanager") return [[`secretsmanager:${action}`, String(input.SecretId)]];
  if (service === "AWSEvents") {
    const names = (input.Entries as Record<string, string>[]).map((one) => one.EventBusName);
    return names.map((name) => [`events:${action}`, `${ARN}events:${PLACE}:event-bus/${name}`]);
  }
  const tableOf = (part: unknown) =>
    `${ARN}dynamodb:${PLACE}:table/${(part as Record<string, string>).TableName}`;
  if (!Array.isArray(input.TransactItems)) return [[`dynamodb:${action}`, tableOf(input)]];
  return input.TransactItems.flatMap((one) =>
    Object.entries(one).map(([kind, part]): Call => [actionOf(kind), tableOf(part)]),
  );
}

function actionOf(kind: string): string {
  return kind === "ConditionCheck" ? "dynamodb:ConditionCheckItem" : `dynamodb:${kind}Item`;
}

/** EventBridge Scheduler speaks REST, and asks whether the caller may hand the role on. */
function restCalls(
  method = "",
  path: string,
  { Target }: Record<string, unknown>,
): readonly Call[] {
  const name = decodeURIComponent(path.split("/").at(-1) ?? "");
  const action = method === "DELETE" ? "DeleteSchedule" : "CreateSchedule";
  const { RoleArn } = Object(Target);
  return [
    [`scheduler:${action}`, `${ARN}scheduler:${PLACE}:schedule/bellwether-here/${name}`],
    ...(RoleArn === undefined ? [] : [["iam:PassRole", String(RoleArn)] as const]),
  ];
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
  response.end(JSON.stringify(body));
}
