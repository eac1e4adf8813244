import { Command } from "commander";
import { iso, utcDate } from "../../../core/domain/time.ts";
import type { Outcome } from "../../../core/runtime/outcomes.ts";
import type { Terminal } from "../terminal.ts";
import { type BooksOptions, type OpenBooks, show, using, withBooks } from "./commands.ts";
import { outcomesOn } from "./outcomesOn.ts";

interface Asked extends BooksOptions {
  readonly date?: string;
  readonly symbol?: string;
  readonly code?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `outcomes`: how every signal, bar close and schedule of a day ended, "no trade" included. */
export function outcomesCommand(terminal: Terminal, open: OpenBooks): Command {
  return withBooks(new Command("outcomes"))
    .description("Tell how every signal, bar close and schedule of a day ended, and why.")
    .argument("[profile]", "of one profile")
    .option("--date <date>", "UTC date (default: today)")
    .option("--symbol <symbol>", "of one instrument")
    .option("--code <code>", "of one reason code, such as no-intent or `denied: max-positions`")
    .option("--all", "one row a trigger in the place of a summary")
    .addHelpText(
      "after",
      "\nExamples:\n  bellwether outcomes ema-spy --date 2026-11-20\n" +
        "  bellwether outcomes --stage prod --code expired --all\n",
    )
    .action((profile: string | undefined, asked: Asked) =>
      using(open, asked, async (books) => {
        const date = asked.date ?? utcDate(Date.now());
        const found = (await outcomesOn(books, date)).filter(
          (one) =>
            (profile === undefined || one.profile === profile) &&
            (asked.symbol === undefined || one.symbol === asked.symbol) &&
            (asked.code === undefined || one.outcome === asked.code),
        );
        if (asked.json === true) {
          terminal.out(`${JSON.stringify(found, null, 2)}\n`);
          return;
        }
        show(terminal, asked, asked.all === true ? found.map(rowOf) : summaryOf(found));
      }),
    );
}

function rowOf({ timeMs, profile, trigger, symbol, instruments, outcome, reason, cause }: Outcome) {
  return {
    time: iso(timeMs),
    profile,
    trigger: trigger.replace(/\.v\d{1,9}$/, ""),
    symbol: symbol ?? (instruments > 1 ? `${instruments} instruments` : ""),
    outcome,
    reason,
    cause,
  };
}

/** A row a profile, kind of trigger and code, the most frequent first; the last reason is shown. */
function summaryOf(found: readonly Outcome[]) {
  const groups = new Map<string, { times: number; last: Outcome }>();
  for (const one of found) {
    const key = `${one.profile} ${one.trigger} ${one.outcome}`;
    const times = (groups.get(key)?.times ?? 0) + one.instruments;
    groups.set(key, { times, last: one });
  }
  return [...groups.values()]
    .sort((a, b) => b.times - a.times)
    .map(({ times, last }) => {
      const { profile, trigger, outcome, time, reason } = rowOf(last);
      return { profile, trigger, outcome, times: String(times), last: time, reason };
    });
}
