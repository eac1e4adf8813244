import { grademarkCross } from "./grademark.ts";
import { awaitLoop, type CrossOutcome, rawLoop } from "./rawLoop.ts";
import { processorMs } from "./report.ts";
import { randomWalk } from "./series.ts";
import { crossReplay } from "./worlds.ts";

/** Seed of every series. */
export const SEED = 7;
/** Bars of the long series. */
export const BARS = 1_000_000;
const WIDE = 100;
const GRADEMARK_BARS = 200_000;
const STRICT_BARS = 5_000;

/** What a contender came to, and the processors' time that it took. */
export type Run = CrossOutcome & { readonly busyMs: number };

/** Makes its bars once, then goes over them as often as it is asked to. */
export interface Contender {
  readonly name: string;
  readonly bars: number;
  prepare(): () => Promise<Run>;
}

const slow = { fast: 500, slow: 5000 };
const one = () => randomWalk(BARS, SEED);
const many = () => Array.from({ length: WIDE }, (_, i) => randomWalk(BARS / WIDE, SEED + i));
const short = () => randomWalk(GRADEMARK_BARS, SEED);

/** Everyone who replays the cross. */
export const contenders: readonly Contender[] = [
  contender("raw loop, 1 instrument", BARS, one, async (bars) => {
    const startedMs = processorMs();
    const outcome = rawLoop(bars, 10, 30);
    return { ...outcome, busyMs: processorMs() - startedMs };
  }),
  contender("raw loop with an await a bar", BARS, one, (bars) => awaitLoop(bars, 10, 30)),
  contender("memory, 1 instrument", BARS, one, (bars) => crossReplay([bars], "memory")),
  contender("memory, 1 instrument, slow cross", BARS, one, (bars) =>
    crossReplay([bars], "memory", slow),
  ),
  contender("memory, 100 on one clock", BARS, many, (bars) => crossReplay(bars, "memory")),
  contender("memory, 100 on one clock, slow cross", BARS, many, (bars) =>
    crossReplay(bars, "memory", slow),
  ),
  contender("memory, the signals of grademark", GRADEMARK_BARS, short, (bars) =>
    crossReplay([bars], "memory", { fast: 10, slow: 30, rests: true }),
  ),
  contender("grademark 0.3.0", GRADEMARK_BARS, short, (bars) => grademarkCross(bars, 10, 30)),
  contender(
    "strict, 1 instrument",
    STRICT_BARS,
    () => randomWalk(STRICT_BARS, SEED),
    (bars) => crossReplay([bars], "strict"),
  ),
];

function contender<T>(
  name: string,
  bars: number,
  make: () => T,
  run: (bars: T) => Promise<Run>,
): Contender {
  return {
    name,
    bars,
    prepare: () => {
      const made = make();
      return () => run(made);
    },
  };
}
