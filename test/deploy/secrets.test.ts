import { describe, expect, test } from "vitest";
import { secretsCommand } from "../../functions/cli/stage/secrets.ts";
import { type AwsReply, awsOf, depsOf } from "./aws.ts";
import { ran } from "./command.ts";

const KEY = "PKCANARY0000";
const SECRET = "canary-secret-that-nobody-may-see";

/** A stage whose two secrets are kept here. */
function stageOf(start: Readonly<Record<string, string>>) {
  const kept = new Map(Object.entries(start));
  const { aws, calls } = awsOf(({ operation, input }): AwsReply => {
    const id = String(input.SecretId);
    if (!kept.has(id)) {
      const message = "Secrets Manager can't find the specified secret.";
      return { error: "ResourceNotFoundException", message };
    }
    if (operation === "PutSecretValue") {
      kept.set(id, String(input.SecretString));
      return { Name: id };
    }
    const value = kept.get(id);
    if (value === "") {
      const message =
        "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT";
      return { error: "ResourceNotFoundException", message };
    }
    return { Name: id, SecretString: value };
  });
  return { aws, calls, kept };
}

const run = (stage: ReturnType<typeof stageOf>, lines: string[], ...args: string[]) =>
  ran((terminal) => secretsCommand(terminal, depsOf(stage.aws, { lines })), args);

describe("bellwether secrets set", () => {
  test("fills a secret that was deployed empty, and prints nothing of it", async () => {
    const stage = stageOf({ "bellwether/dev/venue": "" });
    const { out, err } = await run(stage, [KEY, SECRET], "set", "venue", "main");
    expect(JSON.parse(stage.kept.get("bellwether/dev/venue") ?? "")).toEqual({
      main: { keyId: KEY, secret: SECRET },
    });
    expect(out).toBe("set the keys of account main on stage dev\n");
    expect(out + err).not.toMatch(/CANARY|canary/);
  });

  test("leaves the keys of other accounts as they are", async () => {
    const other = { keyId: "a", secret: "b" };
    const stage = stageOf({ "bellwether/prod/venue": JSON.stringify({ other }) });
    const id = ["--account-id", "1234"];
    await run(stage, [KEY, SECRET], "set", "venue", "main", "--stage", "prod", ...id);
    expect(JSON.parse(stage.kept.get("bellwether/prod/venue") ?? "")).toEqual({
      other,
      main: { keyId: KEY, secret: SECRET, accountId: "1234" },
    });
  });

  test("keeps the webhook secret before it, and no more than that", async () => {
    const stage = stageOf({ "bellwether/dev/webhooks": "" });
    const kept = () => JSON.parse(stage.kept.get("bellwether/dev/webhooks") ?? "");
    const set = (secret: string, ...more: string[]) =>
      run(stage, [secret], "set", "webhook", "spy/tradingview", ...more);
    await set("first-secret-of-this-test");
    await set("second-secret-of-this-test");
    await set("third-secret-of-this-test");
    expect(kept()).toEqual({
      "spy/tradingview": ["third-secret-of-this-test", "second-secret-of-this-test"],
    });
    await set("last-secret-of-this-test", "--only");
    expect(kept()).toEqual({ "spy/tradingview": ["last-secret-of-this-test"] });
  });

  test("sets where notices go by a name, and says the service and no address", async () => {
    const stage = stageOf({ "bellwether/dev/notify": '{"old":"ntfy:https://ntfy.sh/a"}' });
    const target = "slack:https://hooks.slack.com/services/canary";
    const { out } = await run(stage, [target], "set", "notify", "ops");
    expect(out).toBe("notices of stage dev go to slack too, as ops\n");
    const kept = JSON.parse(stage.kept.get("bellwether/dev/notify") ?? "");
    expect(kept).toEqual({ old: "ntfy:https://ntfy.sh/a", ops: target });
  });

  test("refuses a target that is none, and shows nothing of it", async () => {
    const stage = stageOf({ "bellwether/dev/notify": "" });
    const set = run(stage, ["slack:https://canary.example.com"], "set", "notify", "ops");
    await expect(set).rejects.toThrow(/^notify: expected slack at hooks\.slack\.com$/);
  });

  test("prints a secret that it made itself once, as it must be copied to the sender", async () => {
    const stage = stageOf({ "bellwether/dev/webhooks": "" });
    const { out } = await run(stage, [], "set", "webhook", "kill", "--generate");
    expect(out.match(/made-up-for-this-test-alone/g)).toHaveLength(1);
    expect(stage.kept.get("bellwether/dev/webhooks")).toContain("made-up-for-this-test-alone");
  });

  test.each([
    [["set", "broker", "main"], [], /kind: expected venue, webhook or notify, got "broker"/],
    [["set", "webhook", "Spy TV"], [], /name: expected profile\/source or kill/],
    [["set", "webhook", "kill"], ["short"], /secret: expected 16 to 256 visible characters/],
    [["set", "venue", "main"], [KEY, ""], /secret: expected a line of text, got none/],
    [["set", "venue", "main"], [KEY, SECRET], /bellwether\/dev\/venue: .*deploy first/],
  ])("refuses %j", async (args, lines, message) => {
    const refused = run(stageOf({}), [...lines], ...args);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.not.toThrow(/canary|CANARY|short/);
  });

  test("refuses to build upon what it cannot read, without showing it", async () => {
    const stage = stageOf({ "bellwether/dev/venue": `{"main":"${SECRET}"}` });
    const refused = run(stage, [KEY, SECRET], "set", "venue", "main");
    await expect(refused).rejects.toThrow(/secret bellwether\/dev\/venue: main: expected keys/);
    await expect(refused).rejects.not.toThrow(/canary/);
  });
});

test("bellwether secrets list names what is set, and shows nothing of it", async () => {
  const stage = stageOf({
    "bellwether/dev/venue": JSON.stringify({ main: { keyId: KEY, secret: SECRET } }),
    "bellwether/dev/webhooks": JSON.stringify({ "spy/tradingview": [SECRET, `${SECRET}2`] }),
  });
  const { out } = await run(stage, [], "list");
  expect(out).toBe("venue    main\nwebhook  spy/tradingview (two are valid)\n");
  const without = stageOf({ "bellwether/dev/venue": "" });
  expect((await run(without, [], "list")).out).toBe("nothing is set\n");
});
