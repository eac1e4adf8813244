import * as z from "zod";

const resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
});

const schema = z.looseObject({ Resources: z.record(z.string(), resource) });

/** A template as CloudFormation takes it, read so far as diagrams and tests look at it. */
export type Template = z.output<typeof schema>;

/** One resource, with its logical id. */
export type Resource = z.output<typeof resource> & { readonly id: string };

/** Reads a synthesised template. */
export function readTemplate(value: unknown): Template {
  return schema.parse(value);
}

/** Resources of a type, in the order of the template. */
export function ofType(template: Template, type: string): readonly Resource[] {
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id, one]) => ({ ...one, id }));
}

/** Logical ids that a value refers to, in whatever function of CloudFormation. */
export function referred(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referred);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]): readonly string[] => {
    if (key === "Ref" && typeof inner === "string") return [inner];
    if (key === "Fn::GetAtt" && Array.isArray(inner)) return [String(inner[0])];
    return referred(inner);
  });
}

/** A property by its path, or undefined. */
export function property(of: Resource, ...path: readonly (string | number)[]): unknown {
  let value: unknown = of.Properties;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.entries(value).find(([key]) => key === String(step))?.[1];
  }
  return value;
}

/** A logical id without the hash that CDK puts behind it. */
export function plainId(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, "");
}
