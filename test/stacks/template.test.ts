import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { alarmMetrics, usageOf } from "../../functions/cost/usage.ts";
import { needsOf } from "../../functions/deploy/needs.ts";
import { STORE_ACTIONS } from "../../functions/dynamo/client.ts";
import { diagram } from "../../stacks/diagram.ts";
import { ENTRY_POINTS, entryPoint, neededEntryPoints } from "../../stacks/entryPoints.ts";
import { ofType, property, readTemplate, type Template } from "../../stacks/template.ts";
import { outline } from "./outline.ts";
import { SETS } from "./profiles.ts";
import { staged } from "./stages.ts";

type SetName = keyof typeof SETS;
const NAMES: readonly SetName[] = ["rebalancer", "webhook", "everything"];
const templates = new Map<SetName, Template>();

/** What is asked for beyond what profiles need. */
const extrasOf = (name: SetName) => {
  return { sweeps: name === "everything", notify: name === "everything" };
};

/** Sweeps are on where everything is: one synthesis a set serves every test. */
beforeAll(async () => {
  for (const name of NAMES) {
    const { app, stack } = await staged(SETS[name], extrasOf(name));
    const assembly = app.synth();
    templates.set(name, readTemplate(assembly.getStackByName(stack.stackName).template));
  }
});

function templateOf(name: SetName): Template {
  const found = templates.get(name);
  if (found === undefined) throw new Error(`${name} was not synthesised`);
  return found;
}

/** Actions of a role's one policy, statement by statement. */
function actionsOf(template: Template, name: string): readonly (readonly string[])[] {
  const own = ofType(template, "AWS::IAM::Policy").filter(
    (policy) => property(policy, "PolicyName") === name,
  );
  expect(own).toHaveLength(1);
  return own
    .flatMap((policy) => {
      const statements = property(policy, "PolicyDocument", "Statement");
      return Array.isArray(statements) ? statements : [];
    })
    .map(({ Action }) => [Action].flat().map(String).sort());
}

describe.each(NAMES)("the stack of %s", (name) => {
  test("is what it was, resource by resource", async () => {
    await expect(outline(templateOf(name))).toMatchFileSnapshot(`./outlines/${name}.txt`);
  });

  test("grants each entry point the actions of its row, and nothing else", () => {
    const template = templateOf(name);
    const needed = neededEntryPoints(needsOf(SETS[name], "test"), extrasOf(name));
    for (const entry of needed) {
      const listed = entry.grants.map(({ actions }) => [...actions].sort());
      expect(actionsOf(template, entry.name)).toEqual(listed);
    }
  });

  test("gives no role a managed policy, an inline one, or an action with a star", () => {
    const template = templateOf(name);
    for (const role of ofType(template, "AWS::IAM::Role")) {
      expect(property(role, "ManagedPolicyArns")).toBeUndefined();
      expect(property(role, "Policies")).toBeUndefined();
    }
    const actions = ofType(template, "AWS::IAM::Policy").flatMap((policy) =>
      actionsOf(template, String(property(policy, "PolicyName"))).flat(),
    );
    expect(actions.length).toBeGreaterThan(20);
    expect(actions.filter((action) => action.includes("*"))).toEqual([]);
  });

  test("holds nothing secret in a variable or in a secret's declaration", () => {
    const template = templateOf(name);
    for (const secret of ofType(template, "AWS::SecretsManager::Secret")) {
      expect(property(secret, "SecretString")).toBeUndefined();
      expect(property(secret, "GenerateSecretString")).toBeUndefined();
    }
    const variables = ofType(template, "AWS::Lambda::Function").flatMap((one) =>
      Object.keys(Object(property(one, "Environment", "Variables"))),
    );
    expect(variables.filter((one) => /KEY|TOKEN|PASSWORD|SECRET(?!_ARN)/.test(one))).toEqual([]);
  });
});

test.each(NAMES)("the estimate counts as many alarms and secrets as %s has", (name) => {
  const template = templateOf(name);
  const metrics = ofType(template, "AWS::CloudWatch::Alarm").map((alarm) => {
    const all = property(alarm, "Metrics");
    // An alarm over an expression is charged for each metric in it.
    return Array.isArray(all) ? all.filter((one) => "MetricStat" in Object(one)).length : 1;
  });
  const needs = needsOf(SETS[name], "test");
  expect(alarmMetrics(needs)).toBe(metrics.reduce((sum, one) => sum + one, 0));
  const secrets = ofType(template, "AWS::SecretsManager::Secret");
  const notify = secrets.some(({ id }) => id === "NotifySecret");
  expect(usageOf(needs, [], { notify, sweptSets: null }).secrets).toBe(secrets.length);
});

describe("who may do what", () => {
  test("the webhook reads its own secret, writes the table, and can reach no venue key", () => {
    const grants = entryPoint("webhook").grants.filter(
      ({ on }) => on !== "ownLog" && on !== "traces",
    );
    expect(grants.flatMap(({ actions }) => actions)).toHaveLength(3);
    expect(grants.map(({ on }) => on)).toEqual(["table", "webhookSecret"]);
  });

  test("nothing deployed may delete, and the table's other actions are those of its adapter", () => {
    const granted = ENTRY_POINTS.flatMap(({ grants }) => grants)
      .filter(({ on }) => on === "table")
      .flatMap(({ actions }) => actions);
    const all = new Set([...granted, "dynamodb:DeleteItem"]);
    expect([...all].sort()).toEqual([...STORE_ACTIONS].sort());
    expect(granted).not.toContain("dynamodb:DeleteItem");
  });

  test("venue keys are read by what talks to the venue, and by nothing else", () => {
    const readers = ["execute", "updates", "reconcile", "schedule", "stream"];
    for (const name of ["webhook", "decide", "publish", "sweep"] as const) {
      expect(entryPoint(name).grants.filter(({ on }) => on === "venueSecret")).toEqual([]);
    }
    for (const policy of ofType(templateOf("everything"), "AWS::IAM::Policy")) {
      const reads = JSON.stringify(policy.Properties).includes('"VenueSecret"');
      expect(reads, String(property(policy, "PolicyName"))).toBe(
        readers.includes(String(property(policy, "PolicyName"))),
      );
    }
  });
});

test("the webhook takes signals of a new profile once the rules know it, and not before", () => {
  const template = templateOf("everything");
  const rules = ofType(template, "AWS::Events::Rule")
    .filter((rule) => /^decide on /.test(String(property(rule, "Description"))))
    .map(({ id }) => id);
  expect(rules.length).toBeGreaterThan(3);
  const webhook = ofType(template, "AWS::Lambda::Function").find((one) =>
    String(property(one, "FunctionName")).endsWith("-webhook"),
  );
  const { DependsOn } = Object(template.Resources[webhook?.id ?? ""]);
  expect(DependsOn).toEqual(expect.arrayContaining(rules));
});

describe("the diagram", () => {
  test("in stacks/README.md is what the template of everything draws", () => {
    const readme = readFileSync(new URL("../../stacks/README.md", import.meta.url), "utf8");
    const block = /```mermaid\n([\s\S]*?)\n```/.exec(readme)?.[1];
    expect(block).toBe(diagram(templateOf("everything")));
  });

  test("of a webhook starts at its address, and orders go to the venue alone by execute", () => {
    const drawn = diagram(templateOf("webhook"));
    expect(drawn).toContain("WebhookUrl -->|calls| Functionwebhook");
    expect(drawn).toContain("Functionexecute -->|orders| Venue");
    expect(drawn.match(/\|orders\| Venue/g)).toHaveLength(1);
    expect(drawn).not.toContain("Service");
  });
});
