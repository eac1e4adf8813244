import { ofType, property, type Template } from "../../stacks/template.ts";
import { resolved } from "./intrinsics.ts";
import { isLike } from "./patterns.ts";

interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** What each role of a template may do, asked as IAM is asked. */
export class Permissions {
  private readonly statements = new Map<string, readonly Statement[]>();

  constructor(template: Template) {
    for (const policy of ofType(template, "AWS::IAM::Policy")) {
      const all = resolved(template, property(policy, "PolicyDocument", "Statement"));
      this.statements.set(
        String(property(policy, "PolicyName")),
        (all as Record<string, unknown>[]).map(({ Action, Resource }) => ({
          actions: [Action].flat().map(String),
          resources: [Resource].flat().map(String),
        })),
      );
    }
  }

  /** Whether the role of a name may do this to that. */
  allows(role: string, action: string, resource: string): boolean {
    return (this.statements.get(role) ?? []).some(
      ({ actions, resources }) =>
        actions.includes(action) && resources.some((one) => isLike(one, resource)),
    );
  }

  /** Every action that a role is allowed. */
  of(role: string): readonly string[] {
    return (this.statements.get(role) ?? []).flatMap(({ actions }) => actions);
  }
}
