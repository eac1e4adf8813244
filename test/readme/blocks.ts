/** A fenced block of a Markdown text. */
export interface Block {
  /** The word after the fence: `ts`, `sh`, or empty. */
  readonly language: string;
  /** Line of the first line of code, from 1. */
  readonly line: number;
  readonly code: string;
}

/** Every fenced block, in order. @throws Error when a fence is left open. */
export function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split("\n");
  let opened: { language: string; line: number } | undefined;
  for (const [index, line] of lines.entries()) {
    const fence = /^```\s*(\S*)/.exec(line);
    if (fence === null) continue;
    if (opened === undefined) {
      opened = { language: fence[1] ?? "", line: index + 2 };
    } else {
      blocks.push({ ...opened, code: lines.slice(opened.line - 1, index).join("\n") });
      opened = undefined;
    }
  }
  if (opened !== undefined) throw new Error(`line ${opened.line - 1}: the fence is never closed`);
  return blocks;
}

/** What a shell block tells its reader to type. */
export interface Command {
  /** From 1, in the whole text. */
  readonly line: number;
  readonly text: string;
  /** Why a test does not run it; null when it does. */
  readonly notRun: string | null;
}

const SHELL = ["sh", "bash"];
const RUNNABLE = /^(npx bellwether|node functions\/cli\/bellwether\.mjs)(\s|$)/;

/**
 * The commands of every shell block. A comment `# not run: reason`, above them or behind one,
 * takes the lines down to the next empty one, or that line, out.
 * @throws Error naming the line of a command that is neither Bellwether's nor marked.
 */
export function commandsOf(markdown: string): readonly Command[] {
  return blocksOf(markdown)
    .filter(({ language }) => SHELL.includes(language))
    .flatMap(commandsOfBlock);
}

function commandsOfBlock({ code, line: start }: Block): readonly Command[] {
  const commands: Command[] = [];
  let marked: string | null = null;
  let begun = "";
  for (const [index, raw] of code.split("\n").entries()) {
    const line = `${begun}${raw.trim()}`;
    if (line.endsWith("\\")) {
      begun = line.slice(0, -1);
      continue;
    }
    begun = "";
    if (line === "") marked = null;
    else if (line.startsWith("#")) marked = reasonOf(line) ?? marked;
    else commands.push(commandOf(line, start + index, marked));
  }
  return commands;
}

function commandOf(text: string, line: number, marked: string | null): Command {
  const notRun = reasonOf(text) ?? marked;
  if (notRun === null && !RUNNABLE.test(text)) {
    throw new Error(`line ${line}: "${text}" is not run by any test: mark it "# not run: reason"`);
  }
  return { line, text, notRun };
}

function reasonOf(line: string): string | null {
  return /(?:^|\s)# not run: *(\S.*)$/.exec(line)?.[1] ?? null;
}
