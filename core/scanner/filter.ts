import * as z from "zod";
import type { Candidate } from "./candidate.ts";
import { labelOf, type Measure, measured, measuresWith, textOfMeasure } from "./measure.ts";

const bounds = {
  min: z.number().optional().describe("Least value that is kept"),
  max: z.number().optional().describe("Largest value that is kept"),
};

const asset = z.strictObject({
  kind: z.literal("asset"),
  assetClass: z.enum(["us-equity", "crypto", "index"]).optional(),
  shortable: z.boolean().optional(),
  /** Attributes that must be one of the given values. */
  attributes: z
    .record(z.string(), z.array(z.union([z.string(), z.number(), z.boolean()])).min(1))
    .default({}),
});

/**
 * A filter: something measured with a least and a largest value (both still kept), or facts of the
 * asset. Shares of one throughout: a gap of two percent is 0.02.
 */
export const filterSchema = z
  .discriminatedUnion("kind", [measuresWith(bounds), asset])
  .superRefine((filter, context) => {
    if (filter.kind === "asset") return;
    const { min, max } = filter;
    if (min === undefined && max === undefined) {
      context.addIssue({ code: "custom", message: "expected min, max or both" });
    } else if (min !== undefined && max !== undefined && min > max) {
      const message = `expected a max of at least min, ${min}, got ${max}`;
      context.addIssue({ code: "custom", path: ["max"], message });
    }
  });
/** A checked filter, its defaults filled in. */
export type Filter = Readonly<z.output<typeof filterSchema>>;

/** A filter's answer, with its numbers. */
export interface Judgement {
  readonly kept: boolean;
  readonly reason: string;
}

/** Whether a candidate passes one filter, and why. */
export function judge(filter: Filter, candidate: Candidate): Judgement {
  return filter.kind === "asset" ? judgeAsset(filter, candidate) : judgeMeasure(filter, candidate);
}

type Bounded = Exclude<Filter, { kind: "asset" }>;

function judgeMeasure(filter: Bounded, candidate: Candidate): Judgement {
  const measure: Measure = filter;
  const found = measured(measure, candidate);
  const label = labelOf(measure);
  if ("missing" in found) return { kept: false, reason: `${label}: ${found.missing}` };
  const text = (value: number) => textOfMeasure(measure, value);
  const { min, max } = filter;
  const line = `${label} ${text(found.value)}`;
  if (min !== undefined && found.value < min) {
    return { kept: false, reason: `${line} below ${text(min)}` };
  }
  if (max !== undefined && found.value > max) {
    return { kept: false, reason: `${line} above ${text(max)}` };
  }
  return { kept: true, reason: line };
}

function judgeAsset(filter: Extract<Filter, { kind: "asset" }>, candidate: Candidate): Judgement {
  const { assetClass, shortable, attributes } = filter;
  const { instrument } = candidate;
  if (assetClass !== undefined && instrument.assetClass !== assetClass) {
    return { kept: false, reason: `asset class ${instrument.assetClass}, not ${assetClass}` };
  }
  if (shortable !== undefined && instrument.shortable !== shortable) {
    return {
      kept: false,
      reason: instrument.shortable ? "can be sold short" : "cannot be sold short",
    };
  }
  for (const [name, allowed] of Object.entries(attributes)) {
    const value = candidate.attributes?.[name];
    if (value === undefined) return { kept: false, reason: `${name}: not known` };
    if (!allowed.includes(value)) {
      return { kept: false, reason: `${name} ${value}, not ${allowed.join(" or ")}` };
    }
  }
  return { kept: true, reason: `${instrument.assetClass}` };
}
