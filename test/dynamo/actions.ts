import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** Every action that a client calls from now on, as a role would have to allow it. */
export function actionsOf(client: DynamoDBClient): ReadonlySet<string> {
  const called = new Set<string>();
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      (args) => {
        for (const action of allowedFor(commandName, args.input)) called.add(action);
        return next(args);
      },
    { step: "initialize" },
  );
  return called;
}

/** A transaction is allowed by the actions of its parts; making a table is the test's own. */
function allowedFor(command: string, input: object): readonly string[] {
  if (command.startsWith("CreateTable")) return [];
  if (!("TransactItems" in input)) return [`dynamodb:${command.replace(/Command$/, "")}`];
  const parts = (input.TransactItems as readonly object[]).flatMap((part) => Object.keys(part));
  return parts.map((part) => `dynamodb:${part}Item`);
}
