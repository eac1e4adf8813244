import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cruise, type IForbiddenRuleType, type IViolation } from "dependency-cruiser";
import { FOLDERS } from "./tree.ts";
import type { Violation } from "./violation.ts";

const CORE_PACKAGES = ["zod", "pure-rand", "jstat", "simple-statistics", "temporal-polyfill"];
const packages = (names: readonly string[]) => `(^|/)node_modules/(${names.join("|")})/`;

/** Floor 0: the subjects of core. */
const SUBJECTS = "^core/(?!ports/|runtime/|index\\.ts$)";
const ANY_FILE = `^(${FOLDERS.join("|")})/`;

interface Floor {
  readonly name: string;
  /** The files that stand on this floor. */
  readonly from: string;
  /** What of the tree they may import; anything else of the tree is above them, or hidden. */
  readonly may: readonly string[];
  readonly advice: string;
}

const FLOORS: readonly Floor[] = [
  {
    name: "floor 0, core/<subject>",
    from: SUBJECTS,
    may: [SUBJECTS],
    advice: "a subject sees only subjects: pass the value in, or move the code up",
  },
  {
    name: "floor 0, core's public face",
    from: "^core/index\\.ts$",
    may: [SUBJECTS],
    advice: "the face shows subjects only: ports and runtime are not for strategies",
  },
  {
    name: "floor 1, core/ports",
    from: "^core/ports/",
    may: [SUBJECTS, "^core/ports/"],
    advice: "ports are types over the subjects: move what runs to core/runtime/ or functions/",
  },
  {
    name: "floor 2, core/runtime",
    from: "^core/runtime/",
    may: [SUBJECTS, "^core/ports/", "^core/runtime/"],
    advice: "the runtime takes strategies and adapters as arguments: pass them in",
  },
  {
    name: "floor 3, strategies",
    from: "^strategies/",
    may: ["^core/index\\.ts$", "^strategies/"],
    advice: "a strategy sees core/index.ts and zod: export what it needs there",
  },
  {
    name: "floor 4, functions",
    from: "^functions/",
    may: ["^core/", "^strategies/", "^functions/"],
    advice: "an entry point knows no stack: pass what it needs by its environment",
  },
  {
    name: "floor 5, stacks",
    from: "^stacks/",
    may: ["^core/", "^strategies/", "^functions/", "^stacks/"],
    advice: "nothing imports test/: move what is shared down",
  },
];

const RULES: readonly IForbiddenRuleType[] = [
  ...FLOORS.map(
    ({ name, from, may, advice }): IForbiddenRuleType => ({
      name,
      comment: advice,
      severity: "error",
      from: { path: from },
      to: { path: ANY_FILE, pathNot: [...may] },
    }),
  ),
  {
    name: "core's packages",
    comment: `core is pure and may use ${CORE_PACKAGES.join(", ")}: the rest goes to functions/`,
    severity: "error",
    from: { path: "^core/" },
    to: { pathNot: [ANY_FILE, packages(CORE_PACKAGES)], couldNotResolve: false },
  },
  {
    name: "a strategy's packages",
    comment: "a strategy sees core/index.ts and zod: ask the core for the rest",
    severity: "error",
    from: { path: "^strategies/" },
    to: { pathNot: [ANY_FILE, packages(["zod"])], couldNotResolve: false },
  },
  {
    name: "packages at hand when installed",
    comment: "it is there for tests only: move it to `dependencies`, or do without",
    severity: "error",
    // What deploys runs in a checkout, never in what was deployed.
    from: { path: ANY_FILE, pathNot: "^(test|stacks)/" },
    to: {
      dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"],
      dependencyTypesNot: ["npm"],
    },
  },
  {
    name: "no import cycle",
    comment: "move what both need to a file of its own; a cycle of types counts too",
    severity: "error",
    from: {},
    to: { circular: true },
  },
  {
    name: "imports lead somewhere",
    comment: "no such file or package: correct the path, or write the file",
    severity: "error",
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: "no orphan",
    comment: "nothing imports it and it imports nothing: use it or remove it",
    severity: "error",
    from: { orphan: true, pathNot: "\\.d\\.ts$" },
    to: {},
  },
];

/** The rules of the house's floors that the imports of the tree at `root` break. */
export async function importViolations(root: string): Promise<readonly Violation[]> {
  const { output } = await cruise(
    FOLDERS.filter((folder) => existsSync(join(root, folder))),
    {
      baseDir: root,
      validate: true,
      ruleSet: { forbidden: [...RULES] },
      tsPreCompilationDeps: true,
      doNotFollow: { path: "node_modules" },
    },
    // A package's `exports` are read as Node reads them.
    { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  );
  if (typeof output === "string") throw new Error(`expected modules, got "${output}"`);
  // Zero files read would pass every rule.
  if (output.summary.totalCruised === 0) throw new Error(`expected files in ${root}, found none`);
  return output.summary.violations.map((violation) => described(violation, root));
}

function described(violation: IViolation, root: string): Violation {
  const { from, to, rule, cycle } = violation;
  const first = cycle?.[0]?.name ?? to;
  const path = cycle === undefined ? to : [from, ...cycle.map(({ name }) => name)].join(" → ");
  const what = from === to ? `(${rule.name})` : `imports ${path} (${rule.name})`;
  const advice = RULES.find(({ name }) => name === rule.name)?.comment ?? "";
  const line = lineOf(join(root, from), violation.unresolvedTo ?? first);
  return { path: from, line, message: `${what}: ${advice}` };
}

/** The first line that names the imported file; 1 when none does. */
function lineOf(path: string, imported: string): number {
  const stem = imported.slice(imported.lastIndexOf("/") + 1);
  const lines = readFileSync(path, "utf8").split("\n");
  const quoted = (line: string) => /["'`]/.test(line);
  const exact = lines.findIndex((line) => line.includes(`"${imported}"`));
  const near = lines.findIndex((line) => quoted(line) && line.includes(stem));
  return Math.max(exact === -1 ? near : exact, 0) + 1;
}
