/** Something that a person should know. */
export interface Notice {
  /** The same is told once while it lasts: the id of the event that says so, where there is one. */
  readonly key: string;
  readonly severity: "info" | "warning" | "page";
  readonly title: string;
  /** Plain text; never a secret. */
  readonly text: string;
  readonly timeMs: number;
}

/** Tells a person. Trouble in telling is logged and never stops trading. */
export interface Notifier {
  notify(notice: Notice): Promise<void>;
}
