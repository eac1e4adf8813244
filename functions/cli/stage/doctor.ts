import { styleText } from "node:util";
import { Command } from "commander";
import type { Finding } from "../../deploy/findings.ts";
import { allProfiles } from "../catalogue.ts";
import type { Terminal } from "../terminal.ts";
import type { StageDeps } from "./deps.ts";

interface DoctorOptions {
  readonly stage: string;
  readonly json?: boolean;
}

/** `bellwether doctor`: whether a stage has all that it needs, and what to do where it has not. */
export function doctorCommand(terminal: Terminal, deps: StageDeps): Command {
  return new Command("doctor")
    .description("Check table, rules, schedules, queues, secrets, venue account, clock, calendar.")
    .option("--stage <name>", "deployed stage", "dev")
    .option("--json", "as JSON")
    .addHelpText("after", "\nExample:\n  bellwether doctor --stage dev\n")
    .action(async ({ stage, json }: DoctorOptions) => {
      const { needsOf } = await import("../../deploy/needs.ts");
      const { stageClients } = await import("../../deploy/clients.ts");
      const { examine } = await import("../../deploy/doctor.ts");
      const needs = needsOf([...(await allProfiles()).values()], stage);
      const findings = await examine(stageClients(deps.aws), needs, deps);
      terminal.out(
        json === true
          ? `${JSON.stringify(findings, null, 2)}\n`
          : findings.map((one) => lineOf(one, terminal.colour)).join(""),
      );
      if (findings.some(({ verdict }) => verdict === "failing")) terminal.exit(1);
    });
}

const MARKS = {
  fine: ["✓", "green"],
  warning: ["!", "yellow"],
  failing: ["✗", "red"],
} as const;

function lineOf({ check, verdict, says, todo }: Finding, colour: boolean): string {
  const [mark, shade] = MARKS[verdict];
  const shown = colour ? styleText(shade, mark) : mark;
  const line = `${shown} ${check.padEnd(10)} ${says}\n`;
  return todo === null ? line : `${line}  ${" ".repeat(10)} → ${todo}\n`;
}
