import { ConflictError, InvariantError } from "../../../core/domain/errors.ts";
import { iso } from "../../../core/domain/time.ts";
import type { Commit } from "../../../core/ports/store.ts";
import type { Halt } from "../../../core/ports/switches.ts";
import type { WebhookPorts } from "../call.ts";
import type { SignalEvent } from "../judge.ts";
import { type AwsClient, DYNAMODB } from "./client.ts";
import { readSignalText, signalText } from "./signalText.ts";

/** The part of the one table that the webhook touches: events by id, and kill switches. */
export const KEYS = {
  event: (id: string) => ({ PK: { S: `EVENT#${id}` }, SK: { S: "EVENT" } }),
  switch: (kind: string, name: string) => ({ PK: { S: "SWITCH" }, SK: { S: `${kind}#${name}` } }),
} as const;

const REPEATED = "ConditionalCheckFailedException";

/**
 * Store, journal and switches of the webhook on DynamoDB, as its role may use them: one conditional
 * put a signal, and reads of single items. The event's own item is the record that
 * tells a repeat, so that no repeat is ever too late to be told.
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
    if ((event?.type !== "signal.received.v1" || events.length > 1 || profile) ?? account) {
      throw new InvariantError("the webhook writes one signal at a time, and nothing else");
    }
    const { PK, SK } = KEYS.event(event.id);
    const received = iso(event.receivedTimeMs);
    const isNew = await this.put({
      PK,
      SK,
      GSI1PK: { S: `DAY#${received.slice(0, 10)}` },
      GSI1SK: { S: `${received}#${event.id}` },
      type: { S: event.type },
      event: { S: signalText(event) },
    });
    if (!isNew) throw new ConflictError(`${event.id} was stored before`, dedupe ?? event.id);
  }

  private async event(id: string): Promise<SignalEvent | undefined> {
    const text = attribute(await this.item(KEYS.event(id)), "event");
    return text === null ? undefined : readSignalText(text);
  }

  private async halts(profile: string, account: string): Promise<readonly Halt[]> {
    const keys = [
      KEYS.switch("all", "all"),
      KEYS.switch("account", account),
      KEYS.switch("profile", profile),
    ];
    const items = await Promise.all(keys.map((key) => this.item(key)));
    return items.flatMap((item): Halt[] => {
      const text = attribute(item, "halt");
      return text === null ? [] : [JSON.parse(text)];
    });
  }

  /** A switch that is on stays as it was: the first reason and time are the ones that count. */
  private async halt(halt: Halt): Promise<void> {
    await this.put({ ...KEYS.switch(halt.kind, halt.name), halt: { S: JSON.stringify(halt) } });
  }

  private async put(item: Record<string, { readonly S: string }>): Promise<boolean> {
    const { error } = await this.client.call(DYNAMODB, "PutItem", {
      TableName: this.table,
      Item: item,
      ConditionExpression: "attribute_not_exists(PK)",
    });
    if (error !== null && error !== REPEATED) throw refused("PutItem", error);
    return error === null;
  }

  private async item(key: object): Promise<unknown> {
    const { error, body } = await this.client.call(DYNAMODB, "GetItem", {
      TableName: this.table,
      Key: key,
      ConsistentRead: true,
    });
    if (error !== null) throw refused("GetItem", error);
    return own(body, "Item");
  }
}

function refused(action: string, error: string): InvariantError {
  return new InvariantError(`dynamodb ${action}: expected to be allowed, got ${error}`);
}

function own(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

function attribute(item: unknown, name: string): string | null {
  const text = own(own(item, name), "S");
  return typeof text === "string" ? text : null;
}
