import { createHash } from "node:crypto";
import { Command } from "commander";
import { InputError } from "../../../core/domain/errors.ts";
import { addDays, dayNumber, iso, utcDate } from "../../../core/domain/time.ts";
import type { DomainEvent } from "../../../core/events/catalogue.ts";
import { eventsBetween } from "../../../core/runtime/journalDays.ts";
import { Replay } from "../../../core/runtime/replay.ts";
import type { ProfileResult } from "../../../core/runtime/result.ts";
import { compareShadow, type Shadowing, triggersFor } from "../../../core/runtime/shadow.ts";
import { type ShadowDay, shadowDay } from "../../../core/runtime/shadowCompared.ts";
import { summarise } from "../../../core/runtime/summary.ts";
import { compileProfile, type Profile } from "../../../core/strategy/profile.ts";
import { DEFAULTS, worldOf } from "../../replay/run.ts";
import { allProfiles, picked } from "../catalogue.ts";
import { textTable } from "../render/table.ts";
import type { Terminal } from "../terminal.ts";
import { type BooksOptions, type OpenBooks, using, withBooks } from "./commands.ts";

interface Asked extends BooksOptions {
  readonly of?: string;
  readonly from?: string;
  readonly to?: string;
  readonly warm: string;
  readonly json?: boolean;
}

/**
 * `shadow`: a candidate on the very triggers that a live profile saw, with no right to order; or
 * what a profile whose mode is `shadow` decided while it ran beside the other.
 */
export function shadowCommand(terminal: Terminal, open: OpenBooks): Command {
  return withBooks(new Command("shadow"))
    .description(
      "Let a profile decide on the triggers that another saw live, with no right to order, and compare the two.",
    )
    .argument("<candidate>", "the profile that would take the other's place")
    .option("--of <profile>", "the profile that runs; left out for one that ran in its shadow")
    .option("--from <date>", "first UTC date that counts (default: today)")
    .option("--to <date>", "last UTC date (default: the first)")
    .option("--warm <days>", "days of the journal before it that warm indicators", "30")
    .addHelpText(
      "after",
      "\nExamples:\n  bellwether shadow ema-spy-next --of ema-spy --from 2026-11-02 --to 2026-11-20\n" +
        "  bellwether shadow ema-spy-next --of ema-spy --from 2026-11-20 --stage prod --json\n" +
        "  bellwether shadow ema-spy-next --from 2026-11-02 --to 2026-11-20\n" +
        "\nWith --of both begin without a position and are filled at the next open of the recorded bars.\n" +
        "Without it the decisions in the journal are compared: those of a profile in mode shadow were\n" +
        "made live, each on the positions that the other held.\n",
    )
    .action(async (candidate: string, asked: Asked) => {
      const profiles = await allProfiles();
      const from = asked.from ?? utcDate(Date.now());
      const { of } = asked;
      if (of === undefined) {
        const found = await decidedLive(picked(profiles, candidate, "profile"), from, asked, open);
        terminal.out(
          asked.json === true
            ? `${JSON.stringify(found, null, 2)}\n`
            : liveText(found, terminal.colour),
        );
        return;
      }
      const pair = [of, candidate].map((name) => picked(profiles, name, "profile"));
      const fromMs = dayNumber(from) * 86_400_000 - 1;
      const events: DomainEvent[] = [];
      await using(open, asked, async ({ journal }) => {
        const first = addDays(from, -daysOf(asked.warm));
        for await (const event of eventsBetween(journal, first, asked.to ?? from)) {
          events.push(event);
        }
      });
      const [incumbent, other] = pair.map((one) => walked(one, of, events, fromMs));
      if (incumbent === undefined || other === undefined) return;
      const found = compareShadow(incumbent, other);
      terminal.out(
        asked.json === true
          ? `${JSON.stringify(found, null, 2)}\n`
          : textFor(found, terminal.colour),
      );
    });
}

/** What a shadow decided beside the profile that it names. @throws InputError for what is none. */
async function decidedLive(
  profile: Profile,
  from: string,
  asked: Asked,
  open: OpenBooks,
): Promise<ShadowDay> {
  const { name, shadowOf } = compileProfile(profile);
  if (shadowOf === null) {
    throw new InputError(`--of: expected the profile that runs, as ${name} is not of mode shadow`);
  }
  const events: DomainEvent[] = [];
  await using(open, asked, async ({ journal }) => {
    for await (const event of eventsBetween(journal, from, asked.to ?? from)) events.push(event);
  });
  const found = shadowDay(name, shadowOf, events);
  if (found !== undefined) return found;
  throw new InputError(`expected events of ${name} in the journal, found none: did it run?`);
}

function liveText({ profile, of, differences, text }: ShadowDay, colour: boolean): string {
  const rows = differences.map(({ timeMs, subject, shadow, shadowed }) => {
    return [iso(timeMs), subject, shadowed ?? "nothing", shadow ?? "nothing"];
  });
  const head = ["time", "of", of, profile];
  const table = rows.length === 0 ? "" : `${textTable(head, rows, colour)}\n`;
  return `${table}${text}\n`;
}

function walked(profile: Profile, of: string, events: readonly DomainEvent[], fromMs: number) {
  const recording = triggersFor(compileProfile(profile), of, events, fromMs);
  const world = worldOf({ ...DEFAULTS, profiles: [profile], fromMs }, recording);
  const replay = new Replay(world, recording);
  // With ports in memory nothing is waited for.
  void replay.run();
  const [result] = summarise(world, replay, recording, sha256).profiles;
  if (result === undefined) throw new InputError(`expected ${profile.options.name} to be walked`);
  return result satisfies ProfileResult;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function daysOf(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new InputError(`--warm: expected a number of days, got "${text}"`);
}

function textFor(
  { moments, alike, differences, incumbent, candidate }: Shadowing,
  colour: boolean,
): string {
  const rows = differences.map(({ timeMs, symbol, incumbent: own, candidate: other }) => [
    iso(timeMs),
    symbol,
    own,
    other,
  ]);
  const sides = [incumbent, candidate].map(
    ({ profile, orders, fills, profit }) =>
      `${profile}: ${orders} orders, ${fills} fills, ${profit.toFixed(2)} dollars\n`,
  );
  const head = ["time", "symbol", incumbent.profile, candidate.profile];
  const table = rows.length === 0 ? "" : `${textTable(head, rows, colour)}\n`;
  return `${table}${alike} of ${moments} moments are alike\n${sides.join("")}`;
}
