import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventText, parseEvent } from "../../core/events/envelope.ts";
import { signalsFrom } from "../../functions/replay/recorded.ts";
import { signal } from "../store/events.ts";

const line = eventText(signal(1));
const withType = (type: string) => line.replace("signal.received.v1", type);

describe("an event that this code does not know", () => {
  test("of another version says which one is known, and what to do", () => {
    for (const version of ["v2", "v0", "v999999999"]) {
      expect(() => parseEvent(withType(`signal.received.${version}`))).toThrow(
        `type: expected a known event type, got "signal.received.${version}": this code knows ` +
          "signal.received.v1; use the version of Bellwether that wrote it",
      );
    }
  });

  test("of no known name is refused by its name alone", () => {
    for (const type of ["signal.eaten.v1", "signal.received", ".v1", "toString", "__proto__"]) {
      expect(() => parseEvent(withType(type))).toThrow(
        new RegExp(`^type: expected a known event type, got "${type}"$`),
      );
    }
  });
});

describe("a journal as a file", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "journal-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("whose last line is cut names that line, at any length, and is left as it is", async () => {
    const path = join(folder, "cut.jsonl");
    const whole = `${line}\n${eventText(signal(2))}\n`;
    await writeFile(path, `${whole}\n`);
    expect(await signalsFrom(path)).toHaveLength(2);
    for (let length = line.length + 2; length < whole.length - 1; length += 7) {
      await writeFile(path, whole.slice(0, length));
      await expect(signalsFrom(path)).rejects.toThrow(`${path}:2: `);
    }
  });
});
