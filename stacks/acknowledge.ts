import { Stack, Validations } from "aws-cdk-lib";
import type { Policy } from "aws-cdk-lib/aws-iam";
import * as z from "zod";

/**
 * Acknowledges that a policy names resources by a star, each with its reason. Every star is named
 * by itself, so that one which comes in later is found.
 */
export function acknowledgeStars(
  policy: Policy,
  reasons: readonly (readonly [resource: string, reason: string])[],
): void {
  for (const [resource, reason] of reasons) {
    const id = `AwsSolutions-IAM5[Resource::${plain(Stack.of(policy).resolve(resource))}]`;
    Validations.of(policy).acknowledge({ id, reason });
  }
}

const ref = z.strictObject({ Ref: z.string() });
const attribute = z.strictObject({ "Fn::GetAtt": z.tuple([z.string(), z.string()]) });
const joined = z.strictObject({ "Fn::Join": z.tuple([z.string(), z.array(z.unknown())]) });

/** A resolved ARN as cdk-nag writes it: `<Table.Arn>/index/*`. */
function plain(value: unknown): string {
  if (typeof value === "string") return value;
  const named = ref.safeParse(value);
  if (named.success) return `<${named.data.Ref}>`;
  const of = attribute.safeParse(value);
  if (of.success) return `<${of.data["Fn::GetAtt"].join(".")}>`;
  const [separator, parts] = joined.parse(value)["Fn::Join"];
  return parts.map(plain).join(separator);
}
