import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { InputError } from "../../core/domain/errors.ts";
import { addDays, isDate, newYorkTimeMs } from "../../core/domain/time.ts";
import type { Terminal } from "./terminal.ts";

/** Writes a file, and its folder where there is none. @throws InputError naming the path. */
export async function save(
  file: string,
  text: string | Uint8Array,
  terminal: Terminal,
): Promise<void> {
  const path = resolve(file);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (error) {
    throw new InputError(`${path}: expected a file that can be written: ${String(error)}`);
  }
  terminal.out(`wrote ${path}\n`);
}

/** Start of a New York day, UTC ms. @throws InputError naming the option. */
export function dayStart(option: string, date: string, days = 0): number {
  if (isDate(date)) return newYorkTimeMs(addDays(date, days), "00:00");
  throw new InputError(`${option}: expected a date such as 2020-01-31, got "${date}"`);
}

/** A share of volume, or null for none. @throws InputError where it is none. */
export function share(text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (value > 0 && value <= 1) return value;
  throw new InputError(`--participation: expected a share above 0 up to 1, got "${text}"`);
}

/** A yearly rate. @throws InputError naming the option. */
export function rate(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value < 10) return value;
  throw new InputError(`${option}: expected a yearly rate such as 0.03, got "${text}"`);
}

/** A whole number. @throws InputError naming the option. */
export function whole(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(value)) return value;
  throw new InputError(`${option}: expected a whole number, got "${text}"`);
}
