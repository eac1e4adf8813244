/** One trading day. Intervals are half-open: `[openTimeMs, closeTimeMs)`. */
export interface Session {
  /** Trading date, `YYYY-MM-DD`: New York's for equities, UTC's for what is always open. */
  readonly date: string;
  readonly openTimeMs: number;
  readonly closeTimeMs: number;
  /** Where trading before the open starts; equal to the open where there is none. */
  readonly preOpenTimeMs: number;
  /** Where trading after the close ends; equal to the close where there is none. */
  readonly postCloseTimeMs: number;
  /** Whether it closes before the usual time. */
  readonly earlyClose: boolean;
}
