import ts from "typescript";
import { type Syntax, violationAt, walk } from "./syntax.ts";
import { isIn } from "./tree.ts";
import type { Violation } from "./violation.ts";

const SUITES = new Set(["it", "test", "describe", "suite", "bench"]);
const LEFT_OUT = new Set(["only", "skip", "todo", "fails"]);
const SHORT = new Set(["fit", "xit", "xtest", "fdescribe", "xdescribe"]);

/** No test is singled out or switched off; one that needs something says so by `skipIf`. */
export function focusedTests(syntax: Syntax): readonly Violation[] {
  const found: Violation[] = [];
  for (const file of syntax.files) {
    if (!isIn(file.fileName, "test")) continue;
    walk(file, (node) => {
      const name = nameOf(node);
      if (name === undefined) return;
      found.push(
        violationAt(node, `\`${name}\` leaves tests out: run all, or say when: \`skipIf\``),
      );
    });
  }
  return found;
}

function nameOf(node: ts.Node): string | undefined {
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
    return SHORT.has(node.expression.text) ? node.expression.text : undefined;
  }
  if (!ts.isPropertyAccessExpression(node) || !LEFT_OUT.has(node.name.text)) return undefined;
  const root = rootOf(node);
  return root !== undefined && SUITES.has(root) ? node.getText() : undefined;
}

/** `test` of `test.concurrent.only`. */
function rootOf(node: ts.Expression): string | undefined {
  if (ts.isIdentifier(node)) return node.text;
  return ts.isPropertyAccessExpression(node) ? rootOf(node.expression) : undefined;
}
