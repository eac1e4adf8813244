import { Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import { Queue, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { entryPoint } from "./entryPoints.ts";
import type { Settings } from "./settings.ts";

/** Queues of a stage. The ordered queue has dead letters of its own, which keep the order. */
export interface Queues {
  /** What the bus, the schedules and the table's stream could not deliver. */
  readonly dead: Queue;
  readonly execute: Queue;
  readonly executeDead: Queue;
}

/** Dead letters are kept as long as SQS can, so that a long weekend loses none. */
const KEPT = Duration.days(14);

/** Tries before a message is set aside: a bad minute passes, a poisonous message does not. */
const TRIES = 5;

/** Makes the queues that a stage needs. */
export function queues(scope: Construct, { stage }: Settings): Queues {
  const dead = new Queue(scope, "Dead", {
    ...shared,
    queueName: `bellwether-${stage}-dead`,
    retentionPeriod: KEPT,
  });
  Validations.of(dead).acknowledge({
    id: "AwsSolutions-SQS3",
    reason: "it is itself where the bus, the schedules and failed functions set messages aside",
  });
  const [execute, executeDead] = ordered(scope, stage, "execute");
  return { dead, execute, executeDead };
}

const shared: QueueProps = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  removalPolicy: RemovalPolicy.DESTROY,
};

/** A queue that keeps the order of each message group, with dead letters that keep it too. */
function ordered(scope: Construct, stage: string, name: "execute"): [Queue, Queue] {
  const id = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const fifo: QueueProps = { ...shared, fifo: true, contentBasedDeduplication: true };
  const dead = new Queue(scope, `${id}Dead`, {
    ...fifo,
    queueName: `bellwether-${stage}-${name}-dead.fifo`,
    retentionPeriod: KEPT,
  });
  const queue = new Queue(scope, `${id}Queue`, {
    ...fifo,
    queueName: `bellwether-${stage}-${name}.fifo`,
    // AWS advises six times the function's time; an order that failed would wait three minutes for
    // its second try. A batch that comes back too early is harmless, as each order is claimed.
    visibilityTimeout: Duration.seconds(2 * entryPoint(name).timeoutS.is),
    // An order an hour old is decided anew, never sent: it expires before the queue lets go of it.
    retentionPeriod: Duration.hours(4),
    deadLetterQueue: { queue: dead, maxReceiveCount: TRIES },
  });
  return [queue, dead];
}
