import { marshall } from "@aws-sdk/util-dynamodb";
import { InvariantError } from "../../core/domain/errors.ts";
import { iso } from "../../core/domain/time.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { envelopeOf } from "../../core/events/envelope.ts";
import type { Audience } from "../../core/runtime/audience.ts";
import type { DynamoTable, Item } from "../dynamo/client.ts";
import { dayPartition } from "../dynamo/keys.ts";
import type { BatchResponse } from "../lambda/payloads.ts";
import { publishEntry } from "../publish/handler.ts";
import { QueueBus } from "./queueBus.ts";

/** The entry points that events lead to. */
export interface Entries {
  decide(payload: unknown): Promise<void>;
  execute(payload: unknown): Promise<BatchResponse>;
  /** Told of worked orders that want to be woken. */
  schedule(payload: unknown): Promise<unknown>;
}

/** Messages of one batch of a queue, as much as Lambda is given at once. */
const BATCH = 10;

/**
 * What AWS does between the entry points, in one process: the stream of the table, the bus with its
 * rules, and the queue of orders. Every event goes through the text of the payload that AWS would
 * deliver.
 */
export class LocalCloud {
  /** Everything that went over the bus, in order. */
  readonly journal: DomainEvent[] = [];
  private readonly table: DynamoTable;
  private readonly audience: Audience;
  private readonly entries: Entries;
  private readonly publish: (payload: unknown) => Promise<BatchResponse>;
  private readonly bus = new QueueBus();
  private mark = "";
  private date = "";

  constructor(table: DynamoTable, audience: Audience, entries: Entries) {
    this.table = table;
    this.audience = audience;
    this.entries = entries;
    this.publish = publishEntry(this.bus);
  }

  /** Delivers what was committed, and what follows from it, until nothing follows any more. */
  async deliver(nowMs: number): Promise<void> {
    const date = iso(nowMs).slice(0, 10);
    if (date !== this.date) {
      this.date = date;
      this.mark = "";
    }
    while (await this.stream()) {
      const events = this.bus.take();
      this.journal.push(...events);
      await this.follow(events);
    }
  }

  /** Hands new items of the journal to the publisher; false when there were none. */
  private async stream(): Promise<boolean> {
    const partition = dayPartition(this.date);
    const items = await this.table.query(partition, this.mark === "" ? null : this.mark);
    const last = items.at(-1);
    if (last === undefined) return false;
    this.mark = String(last.SK);
    const Records = items.map((item, i) => ({
      eventID: String(i),
      eventName: "INSERT",
      eventSource: "aws:dynamodb",
      dynamodb: { SequenceNumber: String(i), NewImage: imageOf(item) },
    }));
    const { batchItemFailures } = await this.publish(throughText({ Records }));
    if (batchItemFailures.length > 0) throw new InvariantError("the publisher left events behind");
    return true;
  }

  private async follow(events: readonly DomainEvent[]): Promise<void> {
    let queue: DomainEvent[] = [];
    const flush = async () => {
      const batch = queue;
      queue = [];
      for (let at = 0; at < batch.length; at += BATCH) await this.send(batch.slice(at, at + BATCH));
    };
    for (const event of events) {
      if (event.type === "execution.scheduled.v1") {
        await this.entries.schedule(throughText({ job: "plan-wake", input: event.data }));
      }
      const route = this.audience.routeOf(event);
      if (route.execute !== null) queue.push(event);
      if (route.decide.length === 0) continue;
      await flush();
      await this.entries.decide(throughText(busPayload(event)));
    }
    await flush();
  }

  private async send(events: readonly DomainEvent[]): Promise<void> {
    const Records = events.map((event, i) => ({
      messageId: `${i}`,
      eventSource: "aws:sqs",
      attributes: { MessageGroupId: this.audience.routeOf(event).execute ?? "" },
      body: JSON.stringify(busPayload(event)),
    }));
    const { batchItemFailures } = await this.entries.execute(throughText({ Records }));
    if (batchItemFailures.length > 0) throw new InvariantError("orders were given back");
  }
}

/** An event as EventBridge delivers it. */
function busPayload(event: DomainEvent) {
  return {
    version: "0",
    id: event.id,
    "detail-type": event.type,
    source: "bellwether",
    account: "000000000000",
    region: "us-east-1",
    time: iso(event.eventTimeMs),
    resources: [],
    detail: envelopeOf(event),
  };
}

/** Through JSON, as between two machines. */
function throughText(payload: unknown): unknown {
  return JSON.parse(JSON.stringify(payload));
}

/** An item as Lambda is shown it: bytes as text in base 64. */
function imageOf(item: Item) {
  const plain = Object.entries(item).filter(([, value]) => !(value instanceof Uint8Array));
  const image: Record<string, unknown> = marshall(Object.fromEntries(plain));
  for (const [name, value] of Object.entries(item)) {
    if (value instanceof Uint8Array) image[name] = { B: Buffer.from(value).toString("base64") };
  }
  return image;
}
