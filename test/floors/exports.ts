import ts from "typescript";
import { type Syntax, violationAt } from "./syntax.ts";
import { isIn } from "./tree.ts";
import type { Violation } from "./violation.ts";

/** Files whose tool asks for a default export. */
const CONFIG = /^(?:test\/)?[\w.-]+\.config\.[cm]?[jt]s$/;

/** Named exports only, but for the tools' own configuration at the root and in `test/`. */
export function defaultExports(syntax: Syntax): readonly Violation[] {
  return syntax.files
    .filter((file) => !CONFIG.test(file.fileName))
    .flatMap((file) => file.statements)
    .filter(isDefaultExport)
    .map((node) => violationAt(node, "default export: give it a name and export that"));
}

function isDefaultExport(node: ts.Statement): boolean {
  if (ts.isExportAssignment(node)) return true;
  if (ts.isExportDeclaration(node)) {
    const { exportClause } = node;
    if (exportClause === undefined || !ts.isNamedExports(exportClause)) return false;
    return exportClause.elements.some(({ name }) => name.text === "default");
  }
  return hasModifier(node, ts.SyntaxKind.DefaultKeyword);
}

/**
 * Every name that a file of `core/` or `functions/` exports has a doc comment where it is declared.
 * A name declared twice (overloads; a schema and its type) needs one. Re-exports need none, nor
 * does a type that is read off a documented schema, as it says nothing that the schema does not.
 */
export function undocumentedExports(syntax: Syntax): readonly Violation[] {
  return syntax.files
    .filter((file) => isIn(file.fileName, "core", "functions"))
    .flatMap((file) => {
      const declared = file.statements.flatMap(declarationsOf);
      const exported = new Set([
        ...declared.filter(({ isExported }) => isExported).map(({ name }) => name),
        ...file.statements.flatMap(listedNames),
      ]);
      const documented = new Set(declared.filter((one) => one.isDocumented).map((one) => one.name));
      return [...exported].flatMap((name) => {
        const first = declared.find((one) => one.name === name);
        if (first === undefined || documented.has(name)) return [];
        const advice = "say in one sentence what it is; then units, ranges, errors thrown";
        return [violationAt(first.node, `\`${name}\` has no doc comment: ${advice}`)];
      });
    });
}

interface Declared {
  readonly name: string;
  readonly node: ts.Node;
  readonly isExported: boolean;
  readonly isDocumented: boolean;
}

function declarationsOf(node: ts.Statement): readonly Declared[] {
  const isExported = hasModifier(node, ts.SyntaxKind.ExportKeyword);
  const isDocumented = ts.getJSDocCommentsAndTags(node).some(saysSomething) || isReadOff(node);
  const one = (name: ts.Node): Declared => ({
    name: name.getText(),
    node: name,
    isExported,
    isDocumented,
  });
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.flatMap(({ name }) =>
      ts.isIdentifier(name) ? [one(name)] : bindingsOf(name).map(one),
    );
  }
  const isNamed =
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node);
  return isNamed && node.name !== undefined ? [one(node.name)] : [];
}

/** `type Side = z.output<typeof side>`, or the same made readonly or indexed. */
function isReadOff(node: ts.Statement): boolean {
  return ts.isTypeAliasDeclaration(node) && /\btypeof \w+/.test(node.type.getText());
}

function bindingsOf(pattern: ts.BindingPattern): readonly ts.Identifier[] {
  return pattern.elements.flatMap((element) => {
    if (!ts.isBindingElement(element)) return [];
    return ts.isIdentifier(element.name) ? [element.name] : bindingsOf(element.name);
  });
}

/** The local names of `export { a, b as c }`; none where the names come from another file. */
function listedNames(node: ts.Statement): readonly string[] {
  if (!ts.isExportDeclaration(node) || node.moduleSpecifier !== undefined) return [];
  const { exportClause } = node;
  if (exportClause === undefined || !ts.isNamedExports(exportClause)) return [];
  return exportClause.elements.map(({ name, propertyName }) => (propertyName ?? name).text);
}

function saysSomething(node: ts.JSDoc | ts.JSDocTag): boolean {
  return ts.isJSDoc(node) && /\w/.test(node.getText());
}

function hasModifier(node: ts.Statement, kind: ts.SyntaxKind): boolean {
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  return modifiers?.some((modifier) => modifier.kind === kind) ?? false;
}
