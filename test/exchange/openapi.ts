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
    const plain = reply.$ref === undefined ? reply : resolved(spec, reply.$ref);
    if (plain.content === undefined) return body === null ? "" : "expected none, got a body";
    const pointer = ["paths", path, method, "responses", String(status)].map(escaped).join("/");
    const at = reply.$ref === undefined ? `#/${pointer}` : reply.$ref;
    const $ref = `${api}${at}/content/application~1json/schema`;
    const validate = ajv.getSchema($ref) ?? ajv.compile({ $ref });
    return validate(body) === true ? "" : ajv.errorsText(validate.errors, { separator: "\n" });
  };
}

/** Which description has a path of the router, and by which name. */
export function pathIn(route: string): { readonly api: Api; readonly path: string } | undefined {
  const wanted = plainPath(OWN_NAMES.get(route) ?? route);
  for (const api of ["trading", "data"] as const) {
    const { paths } = parse(readFileSync(SPECS[api], "utf8"));
    const path = Object.keys(paths).find((one) => plainPath(one) === wanted);
    if (path !== undefined) return { api, path };
  }
  return undefined;
}

/** A colon in the middle of a path is a parameter to the router, so these are called otherwise. */
const OWN_NAMES: ReadonlyMap<string, string> = new Map([
  ["/v2/orders-by-client-order-id", "/v2/orders:by_client_order_id"],
  ["/v2/watchlists/by-name", "/v2/watchlists:by_name"],
]);

function plainPath(path: string): string {
  return path.replaceAll(/\{\w+\}|(?<=\/):\w+/g, "{}");
}

function resolved(spec: Record<string, unknown>, ref: string) {
  const parts = ref.split("/").slice(1);
  return parts.reduce<ReturnType<typeof parse>>((at, part) => at[part], spec);
}

function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
}
