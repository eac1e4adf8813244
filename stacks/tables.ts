import { RemovalPolicy } from "aws-cdk-lib";
import {
  AttributeType,
  Billing,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";
import type { Settings } from "./settings.ts";

/**
 * Keys of the one table; attributes of DynamoDB need no declaration beyond these. No index: every
 * question is asked by key, and what is found in two ways is written twice.
 */
export const TABLE_SHAPE = {
  partitionKey: "PK",
  sortKey: "SK",
  expiresAt: "expiresAt",
} as const;

/**
 * The one table: journal, snapshots, books, orders, leases and switches. Paid by the request, so
 * that it costs nothing while idle; every write comes out of its stream, which is the outbox.
 */
export function table(scope: Construct, { stage, isProduction }: Settings): TableV2 {
  const text = (name: string) => ({ name, type: AttributeType.STRING });
  return new TableV2(scope, "Table", {
    tableName: `bellwether-${stage}`,
    partitionKey: text(TABLE_SHAPE.partitionKey),
    sortKey: text(TABLE_SHAPE.sortKey),
    billing: Billing.onDemand(),
    // A key of AWS's own costs nothing; one of ours would be a dollar a month and a call an hour.
    encryption: TableEncryptionV2.dynamoOwnedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: TABLE_SHAPE.expiresAt,
    // Old items are looked at by nobody: what is published is what was written.
    dynamoStream: StreamViewType.NEW_IMAGE,
    deletionProtection: isProduction,
    removalPolicy: isProduction ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
}
