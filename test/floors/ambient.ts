import ts from "typescript";
import { type Syntax, violationAt, walk } from "./syntax.ts";
import { isIn } from "./tree.ts";
import type { Violation } from "./violation.ts";

const CLOCK = "reads a clock: take the time from the event or the context";
const CHANCE = "is random: draw from a seeded pure-rand generator that is kept in state";
const TIMER = "waits for real time: ask for a schedule, whose event comes back";
const WORLD = "reaches the world: it belongs in functions/, behind a type of core/ports/";
const WHOLE = "gives every ambient name at once: import or pass what is needed";

/** Names that exist without an import and let time, chance or the world in. */
const BANNED: ReadonlyMap<string, string> = new Map([
  ...["performance", "hrtime"].map((name): [string, string] => [name, CLOCK]),
  ["crypto", CHANCE],
  ...["setTimeout", "setInterval", "setImmediate", "queueMicrotask"].map(
    (name): [string, string] => [name, TIMER],
  ),
  ...["process", "fetch", "console", "require", "XMLHttpRequest", "WebSocket", "navigator"].map(
    (name): [string, string] => [name, WORLD],
  ),
  ...["globalThis", "global", "window", "self", "eval"].map((name): [string, string] => [
    name,
    WHOLE,
  ]),
]);

/** Below floor 4 (`core/`, `strategies/`) no clock, randomness, timer or other ambient name. */
export function ambientNames(syntax: Syntax): readonly Violation[] {
  const found: Violation[] = [];
  for (const file of syntax.files) {
    if (!isIn(file.fileName, "core", "strategies")) continue;
    walk(file, (node) => {
      const why = complaintOf(node, syntax);
      if (why !== undefined) found.push(violationAt(node, why));
    });
  }
  return found;
}

function complaintOf(node: ts.Node, syntax: Syntax): string | undefined {
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return "`import()` loads while running: import at the top of the file";
  if (!ts.isIdentifier(node) || !isValueUse(node)) return undefined;
  // Temporal is imported from its polyfill, so it is judged by name and not by where it is from.
  if (node.text === "Temporal" && memberOf(node) !== undefined) {
    return memberOf(node) === "Now" ? `\`Temporal.Now\` ${CLOCK}` : undefined;
  }
  if (!BANNED.has(node.text) && node.text !== "Date" && node.text !== "Math") return undefined;
  if (node.text !== "globalThis" && !syntax.isAmbient(node)) return undefined;
  if (node.text === "Date") return dateComplaint(node);
  if (node.text === "Math") return mathComplaint(node);
  return `\`${node.text}\` ${BANNED.get(node.text)}`;
}

/** False for a name that only labels something: a property, an import specifier, a type. */
function isValueUse(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isQualifiedName(parent) || ts.isTypeQueryNode(parent)) return false;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return false;
  if ("name" in parent && parent.name === node) return false;
  return !ts.isPartOfTypeNode(node);
}

/** `Date` is allowed where what it gives depends on its argument alone. */
function dateComplaint(node: ts.Identifier): string | undefined {
  const { parent } = node;
  if (ts.isNewExpression(parent) && parent.expression === node) {
    const count = parent.arguments?.length ?? 0;
    if (count === 1) return undefined;
    return count === 0
      ? `\`new Date()\` without an argument ${CLOCK}`
      : "`new Date(year, month, …)` depends on the machine's time zone: use `Date.UTC`";
  }
  if (ts.isBinaryExpression(parent)) {
    if (parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword) return undefined;
  }
  const member = memberOf(node);
  if (member === "UTC" || member === "parse") return undefined;
  return member === undefined ? `\`Date\` ${CLOCK}` : `\`Date.${member}\` ${CLOCK}`;
}

/** `Math` is allowed as `Math.name`; handing it on whole would hide `random`. */
function mathComplaint(node: ts.Identifier): string | undefined {
  const member = memberOf(node);
  if (member === undefined) return "`Math` is handed on whole: write `Math.name` where it is used";
  return member === "random" ? `\`Math.random\` ${CHANCE}` : undefined;
}

function memberOf(node: ts.Identifier): string | undefined {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name.text;
  if (ts.isElementAccessExpression(parent) && parent.expression === node) {
    const key = parent.argumentExpression;
    return ts.isStringLiteralLike(key) ? key.text : undefined;
  }
  return undefined;
}
