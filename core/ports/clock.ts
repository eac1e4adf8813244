/** What time it is. Nothing below the entry points may ask the machine. */
export interface Clock {
  /** UTC ms, whole. */
  nowMs(): number;
}
