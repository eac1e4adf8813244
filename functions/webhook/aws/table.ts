import { ConflictError, InvariantError, TransientError } from "../../../core/domain/errors.ts";
import { iso } from "../../../core/domain/time.ts";
import type { Commit } from "../../../core/ports/store.ts";
import type { Halt } from "../../../core/ports/switches.ts";
import { eventKey, journalKey, type Key, seenKey, switchKey } from "../../dynamo/keys.ts";
import { SEEN_FOR_S } from "../../dynamo/table.ts";
import type { WebhookPorts } from "../call.ts";
import type { SignalEvent } from "../judge.ts";
import { type AwsAnswer, type AwsClient, DYNAMODB } from "./client.ts";
import { readSignalText, signalText } from "./signalText.ts";

type Attribute = { readonly S: string } | { readonly N: string };
type Item = Readonly<Record<string, Attribute>>;

const REPEATED = "ConditionalCheckFailed";
const IS_NEW = "attribute_not_exists(PK)";
/** Waits before a transaction that met another one is tried again, ms. */
const WAITS_MS = [20, 60, 180];

/**
 * Store, journal and switches of the webhook on the table of functions/dynamo, by its keys: what
 * one writes the other reads, which a test on DynamoDB Local holds. It takes no part of the SDK and
 * none of the event schemas with it, as those would take longer to start than all of the rest.
 */
export class SignalTable {
  readonly store: WebhookPorts["store"];
  readonly journal: WebhookPorts["journal"];
  readonly switches: WebhookPorts["switches"];
  private readonly client: AwsClient;
  private readonly table: string;

  constructor(client: AwsClient, table: string) {
    this.client = client;
    this.table = table;
    this.store = { commit: (commit) => this.commit(commit) };
    this.journal = { event: (id) => this.event(id) };
    this.switches = {
      halts: (profile, account) => this.halts(profile, account),
      halt: (halt) => this.halt(halt),
    };
  }

  private async commit({ events, profile, account, dedupe }: Commit): Promise<void> {
    const [event] = events;
    if (event?.type !== "signal.received.v1" || events.length > 1 || (profile ?? account)) {
      throw new InvariantError("the webhook writes one signal at a time, and nothing else");
    }
    const TransactItems = itemsOf(event, dedupe ?? event.id).map(([item, condition]) => ({
      Put: {
        TableName: this.table,
        Item: item,
        ...(condition === null ? {} : { ConditionExpression: condition }),
      },
    }));
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.client.call(DYNAMODB, "TransactWriteItems", { TransactItems });
      if (answer.error === null) return;
      const reasons = reasonsOf(answer);
      if (reasons.includes(REPEATED)) throw new ConflictError(`${event.id} is stored`, event.id);
      if (answer.error !== "TransactionCanceledException") throw refused("write", answer.error);
      const waitMs = WAITS_MS[attempt];
      if (waitMs === undefined) throw new TransientError(`dynamodb: ${reasons.join()}`, 1_000);
      await new Promise((resolve) => setTimeout(resolve, waitMs * (0.5 + Math.random())));
    }
  }

  private async event(id: string): Promise<SignalEvent | undefined> {
    const text = textOf(await this.item(eventKey(id)), "text");
    return text === null ? undefined : readSignalText(text);
  }

  private async halts(profile: string, account: string): Promise<readonly Halt[]> {
    const scopes = [
      { kind: "all", name: "all" },
      { kind: "account", name: account },
      { kind: "profile", name: profile },
    ] as const;
    const items = await Promise.all(
      scopes.map(({ kind, name }) => this.item(switchKey(kind, name))),
    );
    return items.flatMap((item, at): Halt[] => {
      const scope = scopes[at];
      if (item === undefined || scope === undefined) return [];
      const [reason, by] = [textOf(item, "reason") ?? "", textOf(item, "by") ?? ""];
      return [{ ...scope, reason, by, sinceMs: Number(own(own(item, "sinceMs"), "N")) }];
    });
  }

  /** A switch that is on stays as it was: the first reason and time are the ones that count. */
  private async halt({ kind, name, reason, by, sinceMs }: Halt): Promise<void> {
    const { error } = await this.client.call(DYNAMODB, "PutItem", {
      TableName: this.table,
      Item: {
        ...attributes(switchKey(kind, name)),
        ...attributes({ kind, name, reason, by }),
        sinceMs: { N: String(sinceMs) },
      },
      ConditionExpression: IS_NEW,
    });
    if (error !== null && !error.startsWith(REPEATED)) throw refused("PutItem", error);
  }

  private async item(key: Key): Promise<unknown> {
    const { error, body } = await this.client.call(DYNAMODB, "GetItem", {
      TableName: this.table,
      Key: attributes(key),
      ConsistentRead: true,
    });
    if (error !== null) throw refused("GetItem", error);
    return own(body, "Item");
  }
}

/** What functions/dynamo/writes.ts writes of a commit with one event: the repeat comes first. */
function itemsOf(event: SignalEvent, dedupe: string): readonly (readonly [Item, string | null])[] {
  const { id, receivedTimeMs: nowMs } = event;
  const text = signalText(event);
  const place = `${String(nowMs).padStart(14, "0")}#E#${dedupe}`;
  const commitId = `E#${dedupe}#0#${dedupe}#${nowMs}`;
  const expiresAt = { N: String(Math.floor(nowMs / 1000) + SEEN_FOR_S) };
  const journal = journalKey(iso(nowMs).slice(0, 10), `${place}.000`);
  return [
    [{ ...attributes({ ...seenKey(dedupe), commitId }), expiresAt }, IS_NEW],
    [attributes({ ...journal, text: `[${text}]`, commitId }), IS_NEW],
    [attributes({ ...eventKey(id), text }), null],
  ];
}

function attributes(item: Readonly<Record<string, string>> | Key): Item {
  return Object.fromEntries(Object.entries(item).map(([name, S]) => [name, { S }]));
}

function reasonsOf({ body }: AwsAnswer): readonly string[] {
  const reasons = own(body, "CancellationReasons");
  return Array.isArray(reasons) ? reasons.map((one) => String(own(one, "Code"))) : [];
}

function refused(action: string, error: string): InvariantError {
  return new InvariantError(`dynamodb ${action}: expected to be allowed, got ${error}`);
}

function own(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

function textOf(item: unknown, name: string): string | null {
  const text = own(own(item, name), "S");
  return typeof text === "string" ? text : null;
}
