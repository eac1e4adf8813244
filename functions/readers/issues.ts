import { InputError } from "../../core/domain/errors.ts";

/** What can be wrong with a row of market data. */
export type Defect =
  | "missing-field"
  | "extra-field"
  | "not-a-number"
  | "not-a-time"
  | "no-zone"
  | "not-positive"
  | "negative"
  | "high-below-low"
  | "outside-range"
  | "out-of-order"
  | "duplicate-time"
  | "overlap"
  | "not-a-session"
  | "invalid-event";

/**
 * What happens to bad rows: `fail` throws, `skip` drops them, `repair` mends what can be mended
 * without guessing and drops the rest. What `repair` does:
 *
 * | defect | repair |
 * |---|---|
 * | out-of-order | rows are sorted by time |
 * | duplicate-time | the last of the rows is kept |
 * | high-below-low, outside-range | high and low are widened to hold all four prices |
 * | every other | the row is dropped: a price, a size or a zone cannot be guessed |
 */
export type Policy = "fail" | "skip" | "repair";

/** One defect of one row. `line` counts from 1 with the header; in Parquet it is the row. */
export interface Issue {
  readonly file: string;
  readonly line: number;
  readonly field: string;
  readonly defect: Defect;
  readonly expected: string;
  readonly got: string;
  readonly action: "failed" | "dropped" | "repaired";
}

/** What reading left to tell beside the data. */
export interface ReadReport {
  readonly files: readonly string[];
  /** Rows of data met, those of other symbols left out. */
  readonly rowsRead: number;
  readonly rowsKept: number;
  /** Rows left out as asked: marked suspicious by the source, outside the range or the hours. */
  readonly rowsLeftOut: number;
  /** The first {@link ISSUE_LIMIT} issues; `counts` holds the number of all. */
  readonly issues: readonly Issue[];
  readonly counts: Readonly<Partial<Record<Defect, number>>>;
}

/** How many issues are kept word by word, so that a ruined file cannot fill the memory. */
export const ISSUE_LIMIT = 1000;
const SHOWN = 10;

/** Collects issues while a file is read, and decides what becomes of them. */
export class IssueLog {
  readonly policy: Policy;
  readonly issues: Issue[] = [];
  readonly counts: Partial<Record<Defect, number>> = {};
  total = 0;

  constructor(policy: Policy) {
    this.policy = policy;
  }

  /** Notes a defect. `mendable` says that the policy `repair` keeps the row. */
  add(issue: Omit<Issue, "action">, mendable = false): void {
    this.total += 1;
    this.counts[issue.defect] = (this.counts[issue.defect] ?? 0) + 1;
    if (this.issues.length >= ISSUE_LIMIT) return;
    const mended = mendable && this.policy === "repair";
    const action = this.policy === "fail" ? "failed" : mended ? "repaired" : "dropped";
    this.issues.push({ ...issue, action });
  }

  /**
   * Ends the reading under the policy `fail`.
   * @throws InputError with the first ten issues and the count, when there are any.
   */
  failIfAny(): void {
    if (this.policy !== "fail" || this.total === 0) return;
    const shown = this.issues.slice(0, SHOWN).map(issueText);
    const rest = this.total > SHOWN ? `\n  and ${this.total - SHOWN} more` : "";
    const rows = `${this.total} bad ${this.total === 1 ? "value" : "values"} in market data`;
    throw new InputError(`${rows}:\n  ${shown.join("\n  ")}${rest}`);
  }
}

/** One line for people: `SPY.csv:12 high: expected at least the low 10, got 9 (high-below-low)`. */
export function issueText(issue: Issue): string {
  const { file, line, field, expected, got, defect } = issue;
  return `${file}:${line} ${field}: expected ${expected}, got ${got} (${defect})`;
}
