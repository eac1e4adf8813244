import type { BarFeed } from "../../core/runtime/feeds.ts";
import type { SweepJob } from "./job.ts";
import type { SweepRow } from "./row.ts";

/** What a thread is started with; the columns of bars are shared, not copied. */
export interface ThreadStart {
  readonly job: SweepJob;
  readonly feeds: readonly BarFeed[];
}

/** What a thread answers: rows, or the words of what went wrong. */
export type ThreadAnswer = { readonly rows: readonly SweepRow[] } | { readonly failed: string };
