import { readFileSync, writeFileSync } from "node:fs";
import { diagram } from "../../stacks/diagram.ts";
import { readTemplate } from "../../stacks/template.ts";
import { SETS } from "./profiles.ts";
import { staged } from "./stages.ts";

/** Draws the diagram of stacks/README.md anew: `node --import tsx test/stacks/draw.ts`. */
const { app, stack } = await staged(SETS.everything, { sweeps: true, notify: true });
const template = readTemplate(app.synth().getStackByName(stack.stackName).template);
const path = new URL("../../stacks/README.md", import.meta.url);
const drawn = `\`\`\`mermaid\n${diagram(template)}\n\`\`\``;
writeFileSync(
  path,
  readFileSync(path, "utf8").replace(/```mermaid\n[\s\S]*?```/, () => drawn),
);
