import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { ROOT } from "../floors/tree.ts";

const FACTS = join(ROOT, "..", "shared", "facts");

/** Alpaca's own descriptions of its two APIs, by file. */
export const SPECS = {
  trading: join(FACTS, "alpaca-openapi-trading.yaml"),
  data: join(FACTS, "alpaca-openapi-market-data.yaml"),
} as const;
export type Api = keyof typeof SPECS;

/** Whether the descriptions are there to check replies against. */
export const HAS_SPECS = Object.values(SPECS).every((file) => existsSync(file));

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
const DECIMAL = /^-?\d+(\.\d+)?$/;

/** Says what is wrong with a reply: empty where nothing is. */
export type Judge = (path: string, method: string, status: number, body: unknown) => string;

/** A judge of replies by a description: the schema of path, method and status must fit. */
export function judgeOf(api: Api): Judge {
  const spec = parse(readFileSync(SPECS[api], "utf8"));
  // The text says "always null for an order leg", the type leaves null out.
  if (api === "trading") spec.components.schemas.OrderLeg.properties.legs.type = ["object", "null"];
  const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false });
  ajv.addFormat("uuid", UUID);
  ajv.addFormat("date-time", INSTANT);
  ajv.addFormat("date", /^\d{4}-\d\d-\d\d$/);
  ajv.addFormat("decimal", DECIMAL);
  ajv.addSchema(spec, api);
  return (path, method, status, body) => {
    const reply = spec.paths[path]?.[method]?.responses?.[String(status)];
    if (reply === undefined) return `no reply ${status} of ${method} ${path} is described`;
    const pointer = ["paths", path, method, "responses", String(status)].map(escaped).join("/");
    const at = reply.$ref === undefined ? `#/${pointer}` : reply.$ref;
    const $ref = `${api}${at}/content/application~1json/schema`;
    const validate = ajv.getSchema($ref) ?? ajv.compile({ $ref });
    return validate(body) === true ? "" : ajv.errorsText(validate.errors, { separator: "\n" });
  };
}

function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
}
