import { ofType, plainId, property, type Resource, referred, type Template } from "./template.ts";

/** What is drawn, with its shape in Mermaid; roles, logs and alarms would hide the rest. */
const SHAPES: Readonly<Record<string, readonly [string, string]>> = {
  "AWS::Lambda::Function": ["[", "]"],
  "AWS::ECS::Service": ["[", "]"],
  "AWS::StepFunctions::StateMachine": ["[", "]"],
  "AWS::DynamoDB::GlobalTable": ["[(", ")]"],
  "AWS::S3::Bucket": ["[(", ")]"],
  "AWS::SecretsManager::Secret": ["{{", "}}"],
  "AWS::Events::EventBus": ["([", "])"],
  "AWS::SQS::Queue": [">", "]"],
  "AWS::SNS::Topic": ["([", "])"],
  "AWS::Lambda::Url": ["((", "))"],
};

/** Actions that make an arrow, and what stands on it; reads of what triggers are drawn already. */
const VERBS: readonly (readonly [string, string])[] = [
  ["dynamodb:PutItem", "reads, commits"],
  ["events:PutEvents", "publishes"],
  ["secretsmanager:GetSecretValue", "reads"],
  ["s3:PutObject", "reads, writes"],
];

type Arrow = readonly [from: string, to: string, label: string];

/** The stage as a Mermaid flow chart, drawn from the synthesised template alone. */
export function diagram(template: Template): string {
  const drawn = Object.keys(SHAPES).flatMap((type) => ofType(template, type));
  const names = new Map(drawn.map((one) => [one.id, nameOf(one)]));
  const arrows = [
    ...urls(template),
    ...schedules(template),
    ...mappings(template),
    ...rules(template),
    ...subscriptions(template),
    ...grants(template),
    ...deadLetters(template),
  ];
  const used = new Set([...arrows.map(([from]) => from), ...arrows.map(([, to]) => to)]);
  const nodes = drawn
    .filter(({ id }) => used.has(id))
    .map((one) => {
      const [open, close] = SHAPES[one.Type] ?? ["[", "]"];
      return `  ${plainId(one.id)}${open}"${names.get(one.id)}"${close}`;
    });
  const outside = [
    "  Sender((signal sender))",
    "  Clock((clock in New York))",
    "  Venue((venue))",
    "  Chat((chat))",
  ];
  const ends = outside.filter((line) => used.has(line.trim().split("((")[0] ?? ""));
  return ["flowchart LR", ...ends, ...nodes, ...linesOf(arrows)].join("\n");
}

/** One arrow from one thing to another, with all that goes along it. */
function linesOf(arrows: readonly Arrow[]): readonly string[] {
  const labels = new Map<string, Set<string>>();
  for (const [from, to, label] of arrows) {
    const ends = `${plainId(from)} ${plainId(to)}`;
    labels.set(ends, (labels.get(ends) ?? new Set()).add(label));
  }
  return [...labels]
    .map(([ends, all]) => ends.replace(" ", ` -->|${[...all].sort().join(", ")}| `))
    .map((line) => `  ${line}`)
    .sort();
}

function nameOf(one: Resource): string {
  const kinds: Readonly<Record<string, string>> = {
    "AWS::Lambda::Url": "POST /signals/:profile",
    "AWS::DynamoDB::GlobalTable": "table",
    "AWS::Events::EventBus": "bus",
    "AWS::StepFunctions::StateMachine": "sweep machine",
    "AWS::S3::Bucket": "sweep bucket",
  };
  const known = kinds[one.Type];
  if (known !== undefined) return known;
  return plainId(one.id)
    .replace(/^(Function|Service)/, "")
    .replace(/(stream)?Service$/, "$1")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
}

function urls(template: Template): readonly Arrow[] {
  return ofType(template, "AWS::Lambda::Url").flatMap((url): Arrow[] => [
    ["Sender", url.id, "signals"],
    ...to(url.id, property(url, "TargetFunctionArn"), "calls"),
  ]);
}

function schedules(template: Template): readonly Arrow[] {
  return ofType(template, "AWS::Scheduler::Schedule").flatMap((one) =>
    to("Clock", property(one, "Target", "Arn"), String(property(one, "Name")).split("-")[0] ?? ""),
  );
}

function mappings(template: Template): readonly Arrow[] {
  return ofType(template, "AWS::Lambda::EventSourceMapping").flatMap((one) =>
    referred(property(one, "EventSourceArn")).flatMap((from) =>
      to(from, property(one, "FunctionName"), from.startsWith("Table") ? "stream" : "batches"),
    ),
  );
}

function rules(template: Template): readonly Arrow[] {
  return ofType(template, "AWS::Events::Rule").flatMap((rule) => {
    const [from = ""] = referred(property(rule, "EventBusName"));
    const target = property(rule, "Targets", 0, "Arn");
    return to(
      from,
      target,
      plainId(rule.id)
        .replace(/^(Rule|Tell)/, "")
        .replace(/^Orders.*/, "orders"),
    );
  });
}

/** Who hears the topic: the function that tells chats; mail is a person's own affair. */
function subscriptions(template: Template): readonly Arrow[] {
  return ofType(template, "AWS::SNS::Subscription").flatMap((one) => {
    if (property(one, "Protocol") !== "lambda") return [];
    const [from = ""] = referred(property(one, "TopicArn"));
    return to(from, property(one, "Endpoint"), "tells");
  });
}

/** Arrows out of what each role may do; the name of a role is the name of what it belongs to. */
function grants(template: Template): readonly Arrow[] {
  const actors = [
    ...ofType(template, "AWS::Lambda::Function"),
    ...ofType(template, "AWS::ECS::Service"),
  ];
  return ofType(template, "AWS::IAM::Policy").flatMap((policy) => {
    const name = String(property(policy, "PolicyName"));
    const actor = actors.find(({ id }) => nameOf({ ...of(template, id), id }) === name);
    const statements = property(policy, "PolicyDocument", "Statement");
    if (actor === undefined || !Array.isArray(statements)) return [];
    const own = statements.flatMap((statement: unknown) => grantArrows(actor.id, statement));
    // Who holds the venue's keys talks to it; what it says there is its program's affair.
    const talks = own.some(([, target]) => target.startsWith("VenueSecret"));
    const said = name === "execute" ? "orders" : "asks";
    const tells = own.some(([, target]) => target.startsWith("NotifySecret"));
    return [
      ...own,
      ...(talks ? [[actor.id, "Venue", said] as const] : []),
      ...(tells ? [[actor.id, "Chat", "tells"] as const] : []),
    ];
  });
}

function grantArrows(actor: string, statement: unknown): readonly Arrow[] {
  const { Action, Resource: resource } = Object.assign({ Action: [], Resource: [] }, statement);
  const actions = [Action].flat().map(String);
  const verb = VERBS.find(([action]) => actions.includes(action))?.[1];
  return verb === undefined ? [] : referred(resource).map((id): Arrow => [actor, id, verb]);
}

function deadLetters(template: Template): readonly Arrow[] {
  return ofType(template, "AWS::SQS::Queue").flatMap((queue) =>
    to(queue.id, property(queue, "RedrivePolicy"), "after 5 tries"),
  );
}

function of(template: Template, id: string) {
  const found = template.Resources[id];
  if (found === undefined) throw new Error(`the template has no ${id}`);
  return found;
}

function to(from: string, target: unknown, label: string): readonly Arrow[] {
  return referred(target).map((id): Arrow => [from, id, label]);
}
