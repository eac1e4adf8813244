import ts from "typescript";
import { type Syntax, violationAt, walk } from "./syntax.ts";
import { isIn } from "./tree.ts";
import type { Violation } from "./violation.ts";

/** Below floor 4 (`core/`, `strategies/`) no `any` and no type assertion but `as const`. */
export function looseTypes(syntax: Syntax): readonly Violation[] {
  const found: Violation[] = [];
  for (const file of syntax.files) {
    if (!isIn(file.fileName, "core", "strategies")) continue;
    walk(file, (node) => {
      if (node.kind === ts.SyntaxKind.AnyKeyword) {
        found.push(violationAt(node, "`any` switches checking off: write the type, or `unknown`"));
      }
      if (isAssertion(node)) {
        const advice = "narrow with a check, parse with zod, or use `satisfies`";
        found.push(violationAt(node.type, `\`as ${node.type.getText()}\` is unproven: ${advice}`));
      }
    });
  }
  return found;
}

function isAssertion(node: ts.Node): node is ts.AsExpression | ts.TypeAssertion {
  const isOne = ts.isAsExpression(node) || ts.isTypeAssertionExpression(node);
  return isOne && !ts.isConstTypeReference(node.type);
}

/** Zod is imported as a namespace: `import { z }` bundles five times as much. */
export function zodImports(syntax: Syntax): readonly Violation[] {
  return syntax.files
    .flatMap((file) => file.statements)
    .filter(ts.isImportDeclaration)
    .filter(({ moduleSpecifier: from }) => ts.isStringLiteral(from) && from.text === "zod")
    .filter(({ importClause }) => {
      const bindings = importClause?.namedBindings;
      return bindings === undefined || !ts.isNamespaceImport(bindings);
    })
    .map((node) => violationAt(node, 'zod is bundled whole: write `import * as z from "zod"`'));
}
