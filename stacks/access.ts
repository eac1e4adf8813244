import { Effect, Policy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { acknowledgeStars } from "./acknowledge.ts";
import type { EntryPoint } from "./entryPoint.ts";
import type { Resource } from "./grants.ts";

/** ARNs by what a grant is on. A grant on what a stage does not have is an error. */
export type Arns = Readonly<Partial<Record<Resource, readonly string[]>>>;

/**
 * The role of an entry point: the actions that the table lists, on the resources that it names, in
 * one policy, and nothing that a helper adds.
 */
export function roleOf(scope: Construct, entry: EntryPoint, by: string, arns: Arns): Role {
  const role = new Role(scope, `Role-${entry.name}`, {
    assumedBy: new ServicePrincipal(by),
    description: `${entry.name}: ${entry.does}`,
  });
  const policy = new Policy(scope, `May-${entry.name}`, {
    policyName: entry.name,
    roles: [role],
    statements: entry.grants.map(
      ({ on, actions }) =>
        new PolicyStatement({
          effect: Effect.ALLOW,
          actions: [...actions],
          resources: [...resourcesOf(entry, on, arns)],
        }),
    ),
  });
  acknowledgeStars(
    policy,
    entry.grants.flatMap(({ on }) => {
      const reason = OPEN_ENDED[on];
      if (reason === undefined) return [];
      return resourcesOf(entry, on, arns).map((arn): [string, string] => [arn, reason]);
    }),
  );
  return role;
}

function resourcesOf({ name }: EntryPoint, on: Resource, arns: Arns): readonly string[] {
  const found = arns[on];
  if (found !== undefined && found.length > 0) return found;
  throw new Error(`${name} is granted actions on ${on}, which the stack does not have`);
}

/** Grants whose resource ends in a star, and why it cannot be narrower. */
const OPEN_ENDED: Readonly<Partial<Record<Resource, string>>> = {
  ownLog: "names of log streams are made by Lambda as it starts; the log group is its own",
  traces: "X-Ray has no resources to name",
  tableStream: "ListStreams is asked of all streams of the one table",
  onceSchedules: "names of planned jobs are made at night; the group is the stage's own",
  sweepObjects: "objects of the sweep's own bucket",
};
