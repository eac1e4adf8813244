import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Profile } from "../../core/strategy/profile.ts";
import { ROOT } from "../../functions/cli/catalogue.ts";
import type { LocalDynamo } from "../../functions/wire/local.ts";
import { type Bundle, esbuildBundler } from "../../stacks/bundler.ts";
import type { EntryName } from "../../stacks/entryPoint.ts";
import { type Extras, entryPoint } from "../../stacks/entryPoints.ts";
import { stageApp } from "../../stacks/synth.ts";
import { ofType, property, readTemplate, type Template } from "../../stacks/template.ts";
import { PLAIN } from "../stacks/stages.ts";
import { resolved } from "./intrinsics.ts";
import { type BusEvent, LocalAws } from "./localAws.ts";
import { asksFor } from "./patterns.ts";
import { Permissions } from "./permissions.ts";
import { LambdaProcess } from "./runtimeApi.ts";
import { StreamReader } from "./streamReader.ts";

const ALL = `arn:aws:secretsmanager:us-east-1:000000000000:secret:bellwether/here`;

/** What a stage on this machine runs on. */
export interface LocalOptions {
  readonly profiles: readonly Profile[];
  /** Folder with the files that define them: bundles take profiles from files. */
  readonly folder: string;
  readonly dynamo: LocalDynamo;
  readonly exchangeUrl: string;
  readonly secrets: Readonly<Record<"venue" | "webhooks" | "notify", object>>;
  readonly nowMs: () => number;
  /** What is asked for beyond what the profiles need. */
  readonly extras?: Partial<Extras>;
}

/**
 * A synthesised stage, run on this machine: functions from their bundles with the variables of the
 * template, and between them what its rules, mappings and queues say.
 */
export class LocalStage {
  readonly aws: LocalAws;
  readonly permissions: Permissions;
  readonly functions = new Map<string, LambdaProcess>();
  /** Events that went over the bus, by type. */
  readonly told: BusEvent[] = [];
  readonly variables = new Map<string, Readonly<Record<string, string>>>();
  /** The file of the stream task and what is in its environment; null where none runs. */
  task: { readonly file: string; readonly env: Readonly<Record<string, string>> } | null = null;
  /** Where all services of AWS answer. */
  awsUrl = "";
  readonly template: Template;
  private readonly stream: StreamReader;
  private readonly work: string;

  private constructor(template: Template, dynamoUrl: string, work: string) {
    this.template = template;
    this.work = work;
    this.permissions = new Permissions(template);
    this.aws = new LocalAws(this.permissions, dynamoUrl);
    this.stream = new StreamReader(dynamoUrl, "bellwether-here");
  }

  static async open(options: LocalOptions): Promise<LocalStage> {
    const { profiles, folder, dynamo, secrets } = options;
    const work = await mkdtemp(join(tmpdir(), "bellwether-here-"));
    const bundler = esbuildBundler(ROOT, join(work, "bundles"), folder);
    const bundles = new Map<EntryName, Bundle>();
    const choices = { ...PLAIN, ...options.extras, stage: "here" };
    const keeping = {
      async bundle(...args: Parameters<typeof bundler.bundle>) {
        const made = await bundler.bundle(...args);
        bundles.set(args[0].name, made);
        return made;
      },
    };
    const { app, stack } = await stageApp(profiles, choices, keeping, {
      outDir: join(work, "cdk.out"),
      assetBucket: null,
    });
    const template = readTemplate(app.synth().getStackByName(stack.stackName).template);
    await dynamo.table("bellwether-here");
    const made = new LocalStage(template, dynamo.url, work);
    made.aws.secrets.set(`${ALL}/venue`, JSON.stringify(secrets.venue));
    made.aws.secrets.set(`${ALL}/webhooks`, JSON.stringify(secrets.webhooks));
    made.aws.secrets.set(`${ALL}/notify`, JSON.stringify(secrets.notify));
    await made.start(bundles, options);
    return made;
  }

  /** Calls a function with an event. */
  invoke(name: string, event: unknown): Promise<unknown> {
    const found = this.functions.get(name);
    if (found === undefined) throw new Error(`the stage has no function ${name}`);
    return found.invoke(event);
  }

  /** Actions that the code of an entry point may call and has not, or has called and may not. */
  surplus(name: EntryName): readonly string[] {
    const called = this.aws.called.get(name) ?? new Set<string>();
    const { grants } = entryPoint(name);
    const own = new Set(grants.filter(({ by }) => by !== "aws").flatMap(({ actions }) => actions));
    const strange = [...called].filter((one) => !own.has(one)).map((one) => `not granted: ${one}`);
    return [...strange, ...[...own].filter((one) => !called.has(one))];
  }

  /** A value of the template, as text. */
  plainText(value: unknown): string {
    return String(resolved(this.template, value));
  }

  /** Lets a recurring schedule of the template fire. */
  recur(name: string): Promise<unknown> {
    for (const schedule of ofType(this.template, "AWS::Scheduler::Schedule")) {
      if (property(schedule, "Name") !== name) continue;
      const { Arn, Input } = Object(resolved(this.template, property(schedule, "Target")));
      return this.invoke(functionIn(Arn), JSON.parse(Input));
    }
    throw new Error(`the template has no schedule ${name}`);
  }

  /** Delivers what was committed, and what follows from it, until nothing follows any more. */
  async deliver(): Promise<void> {
    for (;;) {
      const Records = await this.stream.read();
      const asked = Records.filter((record) => this.isForPublish(record));
      for (let at = 0; at < asked.length; at += 100) {
        const batch = { Records: asked.slice(at, at + 100) };
        expectAll(await this.invoke("publish", batch), "publish");
      }
      if (this.aws.onBus.length === 0) return;
      const events = this.aws.onBus;
      this.aws.onBus = [];
      this.told.push(...events);
      for (const event of events) await this.follow(event);
    }
  }

  async close(): Promise<void> {
    for (const one of this.functions.values()) await one.close();
    this.aws.close();
    await rm(this.work, { recursive: true, force: true });
  }

  private async start(bundles: ReadonlyMap<EntryName, Bundle>, options: LocalOptions) {
    this.awsUrl = await this.aws.listen();
    this.task = this.taskOf(bundles, options);
    for (const one of ofType(this.template, "AWS::Lambda::Function")) {
      const name = String(property(one, "FunctionName")).replace("bellwether-here-", "");
      const bundle = bundles.get(name as EntryName);
      if (bundle === undefined) throw new Error(`no bundle was made of ${name}`);
      const env = resolved(this.template, property(one, "Environment", "Variables"));
      const variables = env as Record<string, string>;
      this.variables.set(name, variables);
      const started = await LambdaProcess.open({
        name,
        file: join(bundle.folder, bundle.file),
        env: { ...variables, ...this.placeOf(name, options) },
        memoryMb: Number(property(one, "MemorySize")),
        timeoutS: Number(property(one, "Timeout")),
        nowMs: options.nowMs,
      });
      this.functions.set(name, started);
    }
  }

  private taskOf(bundles: ReadonlyMap<string, Bundle>, options: LocalOptions) {
    const [definition] = ofType(this.template, "AWS::ECS::TaskDefinition");
    const bundle = bundles.get("stream");
    if (definition === undefined || bundle === undefined) return null;
    const containers = resolved(this.template, property(definition, "ContainerDefinitions"));
    const main = (containers as Record<string, unknown>[]).find(({ Name }) => Name === "stream");
    const pairs = Object(main).Environment as { Name: string; Value: string }[];
    const env = Object.fromEntries(pairs.map(({ Name, Value }) => [Name, Value]));
    const file = join(bundle.folder, bundle.file);
    return { file, env: { ...env, ...this.placeOf("stream", options) } };
  }

  /** What AWS itself puts into the environment; whoever signs with the keys of a role is it. */
  private placeOf(role: string, { exchangeUrl }: LocalOptions): Record<string, string> {
    return {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: role,
      AWS_SECRET_ACCESS_KEY: "of-the-role",
      AWS_SESSION_TOKEN: "of-the-role",
      AWS_ENDPOINT_URL: this.awsUrl,
      ALPACA_URL: exchangeUrl,
    };
  }

  private isForPublish(record: unknown): boolean {
    return ofType(this.template, "AWS::Lambda::EventSourceMapping").some((mapping) => {
      const filters = property(mapping, "FilterCriteria", "Filters");
      if (!Array.isArray(filters)) return false;
      return filters.some(({ Pattern }) => asksFor(JSON.parse(Pattern), record));
    });
  }

  /** To each target of each rule that asks for it: a function, or the queue of orders. */
  private async follow(event: BusEvent): Promise<void> {
    for (const rule of ofType(this.template, "AWS::Events::Rule")) {
      if (!asksFor(property(rule, "EventPattern"), event)) continue;
      const targets = resolved(this.template, property(rule, "Targets"));
      for (const target of targets as Record<string, unknown>[]) {
        const { Arn, SqsParameters, InputTransformer } = target;
        const to = functionIn(String(Arn));
        if (to === "decide" || to === "schedule") {
          await this.invoke(to, InputTransformer === undefined ? event : told(target, event));
        }
        if (to !== "execute.fifo") continue;
        const group = String(Reflect.get(Object(SqsParameters), "MessageGroupId"));
        expectAll(await this.invoke("execute", batchOf([event], group)), "execute");
      }
    }
  }
}

/** Name of a function, or of a queue, without the stage's. */
export function functionIn(arn: string): string {
  return (arn.split(":").at(-1) ?? "").replace("bellwether-here-", "");
}

/** A batch as Lambda takes it off a FIFO queue. */
export function batchOf(events: readonly BusEvent[], group: string) {
  return {
    Records: events.map((event, i) => ({
      messageId: `00000000-0000-4000-8000-00000000000${i}`,
      receiptHandle: "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
      body: JSON.stringify(event),
      attributes: {
        ApproximateReceiveCount: "1",
        SentTimestamp: "1545082649183",
        SequenceNumber: "18849496460467696128",
        MessageGroupId: group,
        SenderId: "AIDAIENQZJOLO23YVJ4VO",
        MessageDeduplicationId: `d${i}`,
        ApproximateFirstReceiveTimestamp: "1545082649185",
      },
      messageAttributes: {},
      md5OfBody: "e4e68fb7bd0e697a0ae8f1bb342846b3",
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:bellwether-here-execute.fifo",
      awsRegion: "us-east-1",
    })),
  };
}

function expectAll(answer: unknown, name: string): void {
  const { batchItemFailures } = answer as { batchItemFailures: unknown[] };
  if (batchItemFailures.length > 0)
    throw new Error(`${name} gave back ${batchItemFailures.length}`);
}

/** What a rule tells in the place of an event. */
function told({ InputTransformer }: Record<string, unknown>, event: BusEvent): unknown {
  const { InputPathsMap, InputTemplate } = Object(InputTransformer);
  const text = String(InputTemplate).replace(/<(\w+)>/g, (_, name) => {
    const path = String(InputPathsMap[name]).split(".").slice(1);
    const value = path.reduce<unknown>((at, key) => Reflect.get(Object(at), key), event);
    return JSON.stringify(value);
  });
  return JSON.parse(text);
}
