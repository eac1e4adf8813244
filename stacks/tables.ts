import { RemovalPolicy } from "aws-cdk-lib";
import {
  AttributeType,
  Billing,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";
import { TABLE } from "../functions/dynamo/table.ts";
import type { Settings } from "./settings.ts";

/**
 * The one table: journal, snapshots, books, orders, leases and switches. Paid by the request, so
 * that it costs nothing while idle; every write comes out of its stream, which is the outbox.
 */
export function table(scope: Construct, { stage, isProduction }: Settings): TableV2 {
  const text = (name: string) => ({ name, type: AttributeType.STRING });
  return new TableV2(scope, "Table", {
    tableName: `bellwether-${stage}`,
    partitionKey: text(TABLE.partitionKey),
    sortKey: text(TABLE.sortKey),
    billing: Billing.onDemand(),
    // A key of AWS's own costs nothing; one of ours would be a dollar a month and a call an hour.
    encryption: TableEncryptionV2.dynamoOwnedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: TABLE.expiresAt,
    // Old items are looked at by nobody: what is published is what was written.
    dynamoStream: StreamViewType.NEW_IMAGE,
    deletionProtection: isProduction,
    removalPolicy: isProduction ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
}
