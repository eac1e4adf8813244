import { join } from "node:path";
import ts from "typescript";
import { ROOT } from "../floors/tree.ts";
import type { Block } from "./blocks.ts";

/**
 * Type-checks TypeScript blocks as files of `strategies/`, with the project's own settings.
 * Nothing is written. Answers `line: message` for each error, lines counted in the whole text.
 */
export function typeErrors(blocks: readonly Block[]): readonly string[] {
  const files = new Map(
    blocks.map((block) => [join(ROOT, "strategies", `readme-line-${block.line}.ts`), block]),
  );
  const { options } = settings();
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name)?.code ?? readFile(name);
  host.getSourceFile = (name, target, ...rest) => {
    const code = files.get(name)?.code;
    if (code === undefined) return getSourceFile(name, target, ...rest);
    return ts.createSourceFile(name, code, target);
  };
  const program = ts.createProgram({ rootNames: [...files.keys()], options, host });
  return [...files].flatMap(([name, block]) => {
    const file = program.getSourceFile(name);
    if (file === undefined) throw new Error(`expected the block as ${name}, found no such file`);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ start = 0, messageText }) => {
        const line = block.line + file.getLineAndCharacterOfPosition(start).line;
        return `${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
      },
    );
  });
}

function settings(): ts.ParsedCommandLine {
  const path = join(ROOT, "tsconfig.json");
  const { config, error } = ts.readConfigFile(path, ts.sys.readFile);
  if (error !== undefined) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, " "));
  // The settings alone are wanted, not the list of files.
  return ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, ROOT);
}
