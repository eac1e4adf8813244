/** Sections by name: `npm run bench -- webhook`. Without a name it is the replay's. */
const SECTIONS: Readonly<Record<string, () => Promise<void>>> = {
  replay: async () => (await import("./replay.ts")).replayBench(),
  webhook: async () => (await import("./webhook.ts")).webhookBench(),
  serve: async () => (await import("./serve.ts")).serveBench(),
  safety: async () => (await import("./safety.ts")).safetyBench(),
  cold: async () => (await import("./coldStart.ts")).coldStartBench(),
};

const [name = "replay"] = process.argv.slice(2);
const section = Object.hasOwn(SECTIONS, name) ? SECTIONS[name] : undefined;
if (section === undefined) {
  console.error(`bench: expected one of ${Object.keys(SECTIONS).join(", ")}, got ${name}`);
  process.exitCode = 2;
} else await section();
