import * as z from "zod";
import { ofType, property } from "../../stacks/template.ts";
import type { LocalStage } from "./localStage.ts";

const selector = z.record(z.string(), z.string());
const definition = z.object({
  States: z.object({
    Sweep: z.object({
      ItemReader: z.object({ Parameters: selector }),
      ItemSelector: selector,
      ItemBatcher: z.object({ MaxItemsPerBatch: z.int(), BatchInput: selector }),
    }),
  }),
});

/** The state machine of a template, as far as its map goes: which batches a sweep is cut into. */
export class SweepMachine {
  private readonly stage: LocalStage;
  readonly bucket: string;

  constructor(stage: LocalStage) {
    this.stage = stage;
    this.bucket = stage.variables.get("sweep")?.SWEEP_BUCKET ?? "";
  }

  /** Reads the sets of a sweep, and calls the function with each batch of them. */
  async run(name: string): Promise<readonly unknown[]> {
    const { ItemReader, ItemSelector, ItemBatcher } = this.map();
    const key = String(ItemReader.Parameters["Key.$"]).replace(
      /^States\.Format\('(.*)\{\}(.*)', \$\.name\)$/,
      `$1${name}$2`,
    );
    const text = this.stage.aws.objects.get(`${this.bucket}/${key}`)?.toString() ?? "";
    const lines = text.split("\n").filter((line) => line !== "");
    const items = lines.map((line, index) => {
      const from = { "$$.Map.Item.Index": index, "$$.Map.Item.Value": JSON.parse(line) };
      return chosen(ItemSelector, from);
    });
    const size = ItemBatcher.MaxItemsPerBatch;
    const answers: unknown[] = [];
    for (let at = 0; at < items.length; at += size) {
      const BatchInput = chosen(ItemBatcher.BatchInput, { "$.name": name });
      const Items = items.slice(at, at + size);
      answers.push(await this.stage.invoke("sweep", { BatchInput, Items }));
    }
    return answers;
  }

  private map() {
    const [machine] = ofType(this.stage.template, "AWS::StepFunctions::StateMachine");
    if (machine === undefined) throw new Error("the template has no state machine");
    const text = this.stage.plainText(property(machine, "DefinitionString"));
    return definition.parse(JSON.parse(text)).States.Sweep;
  }
}

/** What a selector of Step Functions makes of its context. */
function chosen(selector: object, context: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    Object.entries(selector).map(([name, path]) => {
      if (!(String(path) in context)) throw new Error(`${path} is not in the context`);
      return [name.replace(/\.\$$/, ""), context[String(path)]];
    }),
  );
}
