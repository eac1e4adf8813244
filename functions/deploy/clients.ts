import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import {
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";

/** How requests leave: AWS's own way, or a test's. */
export type AwsOptions = Pick<
  SecretsManagerClientConfig,
  "requestHandler" | "region" | "credentials" | "maxAttempts"
>;

/** What the commands ask of a deployed stage. Region and credentials come from the environment. */
export interface StageClients {
  readonly secrets: SecretsManagerClient;
  readonly dynamo: DynamoDBClient;
  readonly scheduler: SchedulerClient;
  readonly events: EventBridgeClient;
  readonly sqs: SQSClient;
}

/** Opens nothing by itself: each client connects when it is first asked. */
export function stageClients(options: AwsOptions = {}): StageClients {
  return {
    secrets: new SecretsManagerClient(options),
    dynamo: new DynamoDBClient(options),
    scheduler: new SchedulerClient(options),
    events: new EventBridgeClient(options),
    sqs: new SQSClient(options),
  };
}
