import ts from "typescript";
import type { Source } from "./tree.ts";
import type { Violation } from "./violation.ts";

/** Files as syntax trees, with enough binding to tell an ambient name from a declared one. */
export interface Syntax {
  readonly files: readonly ts.SourceFile[];
  /** True when no file declares or imports what this identifier names: the world around does. */
  isAmbient(identifier: ts.Identifier): boolean;
}

/**
 * Parses and binds, without library types and without following imports: whatever is then left
 * without a declaration comes from the environment.
 */
export function parse(sources: readonly Source[]): Syntax {
  const texts = new Map(sources.map(({ path, text }) => [path, text]));
  const host: ts.CompilerHost = {
    getSourceFile(name, target) {
      const text = texts.get(name);
      return text === undefined ? undefined : ts.createSourceFile(name, text, target, true);
    },
    fileExists: (name) => texts.has(name),
    readFile: (name) => texts.get(name),
    getDefaultLibFileName: () => "lib.d.ts",
    writeFile: () => undefined,
    getCurrentDirectory: () => "",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
  };
  const options: ts.CompilerOptions = {
    noLib: true,
    noResolve: true,
    types: [],
    allowJs: true,
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
  };
  const program = ts.createProgram({ rootNames: [...texts.keys()], options, host });
  const checker = program.getTypeChecker();
  const files = program.getSourceFiles().filter((file) => texts.has(file.fileName));
  return {
    files,
    isAmbient(identifier) {
      const symbol = ts.isShorthandPropertyAssignment(identifier.parent)
        ? checker.getShorthandAssignmentValueSymbol(identifier.parent)
        : checker.getSymbolAtLocation(identifier);
      return (symbol?.declarations ?? []).length === 0;
    },
  };
}

/** Calls `see` with the node and all below it, parents first. */
export function walk(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => walk(child, see));
}

/** A violation that stands where the node starts. */
export function violationAt(node: ts.Node, message: string): Violation {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
  return { path: file.fileName, line: line + 1, message };
}
