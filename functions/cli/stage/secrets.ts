import { Command } from "commander";
import { InputError } from "../../../core/domain/errors.ts";
import type { Terminal } from "../terminal.ts";
import type { StageDeps } from "./deps.ts";

interface SecretOptions {
  readonly stage: string;
  readonly only?: boolean;
  readonly generate?: boolean;
  readonly accountId?: string;
  readonly json?: boolean;
}

/** `bellwether secrets`: venue keys, webhook secrets and notice targets of a deployed stage. */
export function secretsCommand(terminal: Terminal, deps: StageDeps): Command {
  const command = new Command("secrets")
    .description("Set venue keys, webhook secrets and where notices go. Values are never shown.")
    .addHelpText("after", "\nExamples:\n  bellwether secrets set venue main --stage dev\n");
  command.addCommand(setCommand(terminal, deps));
  command.addCommand(listCommand(terminal, deps));
  return command;
}

function setCommand(terminal: Terminal, deps: StageDeps): Command {
  return new Command("set")
    .description("Set one; what it is asked for is typed unseen, or piped in, a line each.")
    .argument("<kind>", "venue, webhook or notify")
    .argument("<name>", "account; profile/source, or kill; a name for a notice target")
    .option("--stage <name>", "deployed stage", "dev")
    .option("--account-id <id>", "the venue's id of the account that live trading means")
    .option("--generate", "webhook: make one, and print it once")
    .option("--only", "webhook: the one before is no longer valid")
    .addHelpText(
      "after",
      "\nExamples:\n  bellwether secrets set venue main --stage dev\n" +
        "  bellwether secrets set webhook webhook-spy/tradingview --generate\n" +
        "  bellwether secrets set notify ops    # slack:https://hooks.slack.com/services/…\n" +
        '  printf \'%s\\n\' "$KEY" "$SECRET" | bellwether secrets set venue main\n',
    )
    .action(async (kind: string, name: string, options: SecretOptions) => {
      if (kind === "venue") return setVenue(terminal, deps, name, options);
      if (kind === "webhook") return setWebhook(terminal, deps, name, options);
      if (kind === "notify") return setNotify(terminal, deps, name, options);
      throw new InputError(`kind: expected venue, webhook or notify, got "${kind}" (see --help)`);
    });
}

async function setVenue(
  terminal: Terminal,
  deps: StageDeps,
  account: string,
  { stage, accountId }: SecretOptions,
): Promise<void> {
  const keyId = filled("key id", await deps.ask(`key id of account ${account}`));
  const secret = filled("secret", await deps.ask(`secret of account ${account}`));
  const { keys, clients } = await loaded(deps);
  const id = accountId === undefined ? {} : { accountId };
  await keys.setVenueKeys(clients.secrets, stage, account, { keyId, secret, ...id });
  terminal.out(`set the keys of account ${account} on stage ${stage}\n`);
}

async function setWebhook(
  terminal: Terminal,
  deps: StageDeps,
  name: string,
  { stage, only, generate }: SecretOptions,
): Promise<void> {
  if (!/^(kill|[a-z0-9-]+\/[a-z0-9-]+)$/.test(name)) {
    throw new InputError(`name: expected profile/source or kill, got "${name}" (see --help)`);
  }
  const made = generate === true ? deps.freshSecret() : null;
  const secret = made ?? filled("secret", await deps.ask(`secret of ${name}`));
  const { isSecret } = await import("../../webhook/secrets.ts");
  if (!isSecret(secret)) {
    throw new InputError("secret: expected 16 to 256 visible characters without quotes");
  }
  const { keys, clients } = await loaded(deps);
  await keys.setWebhookKey(clients.secrets, stage, name, secret, only !== true);
  const old = only === true ? "no other is valid" : "the one before stays valid";
  terminal.out(`set the secret of ${name} on stage ${stage}; ${old}\n`);
  // The one moment at which it can be copied to the sender; nothing reads it back later.
  if (made !== null) terminal.out(`${made}\n`);
}

async function setNotify(
  terminal: Terminal,
  deps: StageDeps,
  name: string,
  { stage }: SecretOptions,
): Promise<void> {
  const target = filled("target", await deps.ask(`SERVICE:URL of ${name}`));
  const { parseTarget } = await import("../../notify/targets.ts");
  const { service } = parseTarget(target);
  const { keys, clients } = await loaded(deps);
  await keys.setNotifyTarget(clients.secrets, stage, name, target);
  terminal.out(`notices of stage ${stage} go to ${service} too, as ${name}\n`);
}

function listCommand(terminal: Terminal, deps: StageDeps): Command {
  return new Command("list")
    .description("List the names of what is set, and nothing of the values.")
    .option("--stage <name>", "deployed stage", "dev")
    .option("--json", "as JSON")
    .addHelpText("after", "\nExample:\n  bellwether secrets list --stage dev\n")
    .action(async ({ stage, json }: SecretOptions) => {
      const { keys, clients } = await loaded(deps);
      const { secrets } = clients;
      const venue = await keys.readKeys(secrets, stage, "venue", keys.venueKeys);
      const hooks = await noneIfAbsent(() =>
        keys.readKeys(secrets, stage, "webhooks", keys.webhookKeys),
      );
      const notify = await noneIfAbsent(() =>
        keys.readKeys(secrets, stage, "notify", keys.notifyTargets),
      );
      const listed = {
        venue: Object.keys(venue).sort(),
        webhook: Object.entries(hooks).map(([name, { length }]) => ({ name, valid: length })),
        notify: Object.keys(notify).sort(),
      };
      if (json === true) return terminal.out(`${JSON.stringify(listed, null, 2)}\n`);
      for (const name of listed.venue) terminal.out(`venue    ${name}\n`);
      for (const { name, valid } of listed.webhook) {
        terminal.out(`webhook  ${name}${valid > 1 ? " (two are valid)" : ""}\n`);
      }
      for (const name of listed.notify) terminal.out(`notify   ${name}\n`);
      if (listed.venue.length + listed.webhook.length + listed.notify.length === 0)
        terminal.out("nothing is set\n");
    });
}

/** A stage without signals has no secret of webhooks, which is no trouble. */
async function noneIfAbsent<T extends object>(read: () => Promise<T>): Promise<T | object> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InputError && error.message.includes("deploy first")) return {};
    throw error;
  }
}

function filled(what: string, value: string): string {
  if (value !== "") return value;
  throw new InputError(`${what}: expected a line of text, got none`);
}

/** AWS's clients take a while to load, and most commands do without. */
async function loaded(deps: StageDeps) {
  const { stageClients } = await import("../../deploy/clients.ts");
  const keys = await import("../../deploy/keys.ts");
  return { keys, clients: stageClients(deps.aws) };
}
