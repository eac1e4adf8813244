import { createServer } from "node:http";

type Item = Record<string, { readonly S: string }>;

interface Put {
  readonly Item: Item;
  readonly ConditionExpression?: string;
}
const keyOf = ({ PK, SK }: Item) => `${PK?.S} ${SK?.S}`;

/** What AWS was asked, as it came over the wire. */
export interface Asked {
  readonly target: string;
  readonly authorization: string;
  readonly input: Record<string, unknown>;
}

/**
 * DynamoDB's and Secrets Manager's JSON, as far as the webhook speaks it. It shows how the webhook
 * reads answers; that DynamoDB answers so is tried on DynamoDB Local, where there is one.
 */
export async function fakeAws(secrets: Readonly<Record<string, unknown>>) {
  const items = new Map<string, Item>();
  const asked: Asked[] = [];
  const faults: (readonly [status: number, type: string])[] = [];
  const answer = (target: string, input: Record<string, unknown>): readonly [number, object] => {
    const fault = faults.shift();
    if (fault !== undefined) return [fault[0], { __type: `com.amazonaws#${fault[1]}` }];
    if (target.endsWith("GetSecretValue")) return [200, { SecretString: JSON.stringify(secrets) }];
    if (target.endsWith("GetItem")) return [200, { Item: items.get(keyOf(input.Key as Item)) }];
    const puts = (input.TransactItems as { Put: Put }[] | undefined)?.map(({ Put }) => Put);
    const all = puts ?? [input as unknown as Put];
    const failed = all.map(
      ({ Item, ConditionExpression: condition }) =>
        condition === "attribute_not_exists(PK)" && items.has(keyOf(Item)),
    );
    if (failed.includes(true)) {
      const CancellationReasons = failed.map((no) => ({
        Code: no ? "ConditionalCheckFailed" : "None",
      }));
      if (puts === undefined) return [400, { __type: "x#ConditionalCheckFailedException" }];
      return [400, { __type: "x#TransactionCanceledException", CancellationReasons }];
    }
    for (const { Item } of all) items.set(keyOf(Item), Item);
    return [200, {}];
  };
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const target = String(request.headers["x-amz-target"]);
    const input = JSON.parse(Buffer.concat(parts).toString());
    asked.push({ target, authorization: String(request.headers.authorization), input });
    const [status, body] = answer(target, input);
    response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    items,
    asked,
    faults,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
