const MODEL = /^([a-z-]+)(?::(.+))?$/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** A model as it is written: `name` or `name:1,0.5`. */
export interface ModelText {
  readonly name: string;
  readonly numbers: readonly number[];
}

/** Reads the text of a model, or null where it is none: numbers are plain decimals. */
export function readModel(text: string): ModelText | null {
  const match = MODEL.exec(text);
  if (match === null) return null;
  const parts = match[2] === undefined ? [] : match[2].split(",");
  if (!parts.every((part) => NUMBER.test(part))) return null;
  return { name: match[1] ?? "", numbers: parts.map(Number) };
}
