/** Where a command writes to, and how it ends: the process's own streams, or a test's. */
export interface Terminal {
  readonly columns: number;
  readonly colour: boolean;
  out(text: string): void;
  err(text: string): void;
  exit(code: number): void;
  /** A progress bar, in bars unless said; it draws nothing where standard error is no terminal. */
  progress(label: string, unit?: string): Promise<Progress>;
}

/** How far long work is. */
export interface Progress {
  update(done: number, total: number): void;
  stop(): void;
}

const NO_PROGRESS: Progress = { update: () => {}, stop: () => {} };

/** The terminal of this process. */
export function processTerminal(onExit: (code: number) => void): Terminal {
  const { stdout, stderr, env } = process;
  return {
    columns: stdout.columns ?? 80,
    colour: stdout.isTTY === true && env.NO_COLOR === undefined,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    exit: onExit,
    progress: (label, unit = "bars") =>
      stderr.isTTY ? barOn(label, unit) : Promise.resolve(NO_PROGRESS),
  };
}

async function barOn(label: string, unit: string): Promise<Progress> {
  const { default: progress } = await import("cli-progress");
  const bar = new progress.SingleBar({
    format: `${label} {bar} {percentage} % · {value} of {total} ${unit}`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
  });
  let started = false;
  return {
    update(done, total) {
      if (!started) bar.start(total, 0);
      started = true;
      bar.update(done);
    },
    stop: () => bar.stop(),
  };
}
