import ts from "typescript";
import { parse, violationAt, walk } from "../floors/syntax.ts";
import type { Source } from "../floors/tree.ts";

/** A regular expression as the code has it. */
export interface Expression {
  readonly where: string;
  readonly pattern: string;
  readonly flags: string;
}

/** Every expression of the files: literals, and `new RegExp` of what is written there. */
export function expressionsOf(sources: readonly Source[]): readonly Expression[] {
  const found: Expression[] = [];
  for (const file of parse(sources).files) {
    walk(file, (node) => {
      const one = expressionAt(node);
      if (one === null) return;
      const { path, line } = violationAt(node, "");
      found.push({ where: `${path}:${line}`, ...one });
    });
  }
  return found;
}

/** Places where an expression is put together while running: nothing here can judge those. */
export function builtExpressions(sources: readonly Source[]): readonly string[] {
  const found: string[] = [];
  for (const file of parse(sources).files) {
    walk(file, (node) => {
      if (!isRegExpCall(node) || expressionAt(node) !== null) return;
      const { path, line } = violationAt(node, "");
      found.push(`${path}:${line}: ${node.getText()}`);
    });
  }
  return found;
}

function expressionAt(node: ts.Node): Omit<Expression, "where"> | null {
  if (ts.isRegularExpressionLiteral(node)) {
    const end = node.text.lastIndexOf("/");
    return { pattern: node.text.slice(1, end), flags: node.text.slice(end + 1) };
  }
  if (!isRegExpCall(node)) return null;
  const [pattern, flags] = node.arguments ?? [];
  if (pattern === undefined || !ts.isStringLiteralLike(pattern)) return null;
  if (flags !== undefined && !ts.isStringLiteralLike(flags)) return null;
  return { pattern: pattern.text, flags: flags?.text ?? "" };
}

function isRegExpCall(node: ts.Node): node is ts.NewExpression | ts.CallExpression {
  const isCall = ts.isNewExpression(node) || ts.isCallExpression(node);
  return isCall && ts.isIdentifier(node.expression) && node.expression.text === "RegExp";
}
