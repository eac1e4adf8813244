import { join } from "node:path";
import { Duration, RemovalPolicy, type Stack, TimeZone, Validations } from "aws-cdk-lib";
import { Schedule } from "aws-cdk-lib/aws-applicationautoscaling";
import {
  GatewayVpcEndpointAwsService,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import {
  Cluster,
  ContainerDependencyCondition,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  type ICluster,
  LogDrivers,
  OperatingSystemFamily,
} from "aws-cdk-lib/aws-ecs";
import { Effect, Policy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Asset } from "aws-cdk-lib/aws-s3-assets";
import { STREAM_TASK } from "../functions/deploy/sizes.ts";
import { type Arns, roleOf } from "./access.ts";
import { acknowledgeStars } from "./acknowledge.ts";
import { bundleOf } from "./bundler.ts";
import { entryPoint } from "./entryPoints.ts";
import { type Environment, environmentOf } from "./functions.ts";
import type { Settings } from "./settings.ts";

/** Public images, so nobody needs Docker. Node runs the bundle, AWS's own tool fetches it. */
export const IMAGES = {
  node: "public.ecr.aws/docker/library/node:24-slim",
  fetch: "public.ecr.aws/aws-cli/aws-cli:2.27.0",
} as const;

/** Where the health endpoint listens, inside the task alone. */
export const HEALTH_PORT = "8080";

const APP = "/app";

/** The stream task: one at a time, in public subnets without a NAT, with no way in. */
export function stream(
  stack: Stack,
  settings: Settings,
  arns: Arns,
  all: Environment,
): FargateService {
  const { stage, isProduction } = settings;
  const vpc = network(stack);
  const cluster = new Cluster(stack, "Cluster", {
    vpc: asVpc(vpc),
    clusterName: `bellwether-${stage}`,
    containerInsightsV2: ContainerInsights.DISABLED,
  });
  Validations.of(cluster).acknowledge({
    id: "AwsSolutions-ECS4",
    reason: "one task that counts its own heartbeat: insights would cost more than it",
  });
  const log = new LogGroup(stack, "Log-stream", {
    logGroupName: `/bellwether/${stage}/stream`,
    retention: isProduction ? RetentionDays.THREE_MONTHS : RetentionDays.TWO_WEEKS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const definition = taskDefinition(stack, settings, arns, all, log);
  const service = new FargateService(stack, "Service-stream", {
    // CDK's own types disagree under exactOptionalPropertyTypes: a Cluster is an ICluster.
    cluster: cluster as ICluster,
    serviceName: `bellwether-${stage}-stream`,
    taskDefinition: definition,
    assignPublicIp: true,
    vpcSubnets: { subnetType: SubnetType.PUBLIC },
    securityGroups: [egressOnly(stack, asVpc(vpc))],
    // The old task goes before the new one comes: two would both believe that they lead.
    minHealthyPercent: 0,
    maxHealthyPercent: 100,
    circuitBreaker: { rollback: true },
    enableExecuteCommand: false,
  });
  service.node.addDependency(stack.node.findChild("May-stream"));
  hours(service, settings);
  return service;
}

/** Public subnets alone; the table and the bucket are reached without leaving AWS's network. */
function network(stack: Stack): Vpc {
  const vpc = new Vpc(stack, "Network", {
    maxAzs: 2,
    natGateways: 0,
    subnetConfiguration: [
      { name: "public", subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: false, cidrMask: 24 },
    ],
    restrictDefaultSecurityGroup: false,
  });
  vpc.addGatewayEndpoint("ToTable", { service: GatewayVpcEndpointAwsService.DYNAMODB });
  vpc.addGatewayEndpoint("ToBucket", { service: GatewayVpcEndpointAwsService.S3 });
  Validations.of(vpc).acknowledge({
    id: "AwsSolutions-VPC7",
    reason: "one task without a way in: a log of its own traffic would cost more than it tells",
  });
  return vpc;
}

/** CDK's own types disagree under exactOptionalPropertyTypes: a Vpc is an IVpc. */
function asVpc(vpc: Vpc): IVpc {
  return vpc as IVpc;
}

/** Out over TLS, in not at all. */
function egressOnly(stack: Stack, vpc: IVpc): SecurityGroup {
  const group = new SecurityGroup(stack, "EgressOnly", {
    vpc,
    description: "out over TLS, no way in",
    allowAllOutbound: false,
  });
  group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), "venue, images and AWS, all over TLS");
  return group;
}

function taskDefinition(
  stack: Stack,
  settings: Settings,
  arns: Arns,
  all: Environment,
  log: LogGroup,
): FargateTaskDefinition {
  const entry = entryPoint("stream");
  const bundle = bundleOf(settings.bundles, "stream");
  const asset = new Asset(stack, "StreamBundle", { path: join(bundle.folder, bundle.file) });
  const streamBundle = [
    stack.formatArn({
      service: "s3",
      region: "",
      account: "",
      resource: asset.s3BucketName,
      resourceName: asset.s3ObjectKey,
    }),
  ];
  const definition = new FargateTaskDefinition(stack, "Task-stream", {
    family: `bellwether-${settings.stage}-stream`,
    cpu: 1024 * STREAM_TASK.vcpu,
    memoryLimitMiB: entry.memoryMb.is,
    runtimePlatform: {
      cpuArchitecture: CpuArchitecture.ARM64,
      operatingSystemFamily: OperatingSystemFamily.LINUX,
    },
    taskRole: roleOf(stack, entry, "ecs-tasks.amazonaws.com", { ...arns, streamBundle }),
    executionRole: executionRole(stack, log).withoutPolicyUpdates(),
    volumes: [{ name: "app" }],
  });
  Validations.of(definition).acknowledge({
    id: "AwsSolutions-ECS2",
    reason: "the variables are names and addresses; keys are read from Secrets Manager at start",
  });
  const logging = (streamPrefix: string) => LogDrivers.awsLogs({ streamPrefix, logGroup: log });
  const fetch = definition.addContainer("fetch", {
    image: ContainerImage.fromRegistry(IMAGES.fetch),
    essential: false,
    entryPoint: ["/bin/sh", "-c"],
    command: [FETCH],
    environment: {
      BUNDLE: asset.s3ObjectUrl,
      SHA256: bundle.sha256,
    },
    logging: logging("fetch"),
  });
  fetch.addMountPoints({ sourceVolume: "app", containerPath: APP, readOnly: false });
  const main = definition.addContainer("stream", {
    image: ContainerImage.fromRegistry(IMAGES.node),
    essential: true,
    command: ["node", `${APP}/${bundle.file}`],
    user: "node",
    readonlyRootFilesystem: true,
    stopTimeout: Duration.seconds(entry.timeoutS.is + 5),
    environment: {
      ...environmentOf(entry, { ...all, HEALTH_PORT }),
      POWERTOOLS_SERVICE_NAME: entry.name,
    },
    healthCheck: {
      command: ["CMD", "node", "-e", HEALTH],
      interval: Duration.seconds(30),
      timeout: Duration.seconds(5),
      retries: 3,
      startPeriod: Duration.seconds(60),
    },
    logging: logging("stream"),
  });
  main.addMountPoints({ sourceVolume: "app", containerPath: APP, readOnly: true });
  main.addContainerDependencies({
    container: fetch,
    condition: ContainerDependencyCondition.SUCCESS,
  });
  return definition;
}

/** Fetches the bundle and refuses one whose checksum is another than the one deployed. */
const FETCH = [
  "set -eu",
  `aws s3 cp --only-show-errors "$BUNDLE" ${APP}/index.mjs`,
  `echo "$SHA256  ${APP}/index.mjs" | sha256sum -c -`,
  `chmod 444 ${APP}/index.mjs`,
].join("\n");

const HEALTH =
  `fetch("http://127.0.0.1:${HEALTH_PORT}/health")` +
  ".then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))";

/** What ECS itself does in the task's name: it writes the log, and pulls images that are public. */
function executionRole(stack: Stack, log: LogGroup): Role {
  const role = new Role(stack, "Role-stream-start", {
    assumedBy: new ServicePrincipal("ecs-tasks.amazonaws.com"),
    description: "writes the log of the stream task",
  });
  const ownLog = `${log.logGroupArn}:*`;
  const policy = new Policy(stack, "May-stream-start", {
    policyName: "stream-start",
    roles: [role],
    statements: [
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: [ownLog],
      }),
    ],
  });
  acknowledgeStars(policy, [
    [ownLog, "names of log streams are made by ECS as it starts; the log group is the task's own"],
  ]);
  return role;
}

/** Shares trade on New York's week days: from before the pre-market to after the close. */
function hours(service: FargateService, { needs, standby }: Settings): void {
  const tasks = standby ? 2 : 1;
  const scaling = service.autoScaleTaskCount({ minCapacity: 0, maxCapacity: tasks });
  const at = (id: string, hour: string, minute: string, count: number, weekDay = "MON-FRI") =>
    scaling.scaleOnSchedule(id, {
      schedule: Schedule.cron({ hour, minute, weekDay }),
      timeZone: TimeZone.AMERICA_NEW_YORK,
      minCapacity: count,
      maxCapacity: count,
    });
  if (needs.hours === "always") {
    at("Always", "0", "0", tasks, "*");
    return;
  }
  at("Morning", "9", "0", tasks);
  at("Evening", "16", "45", 0);
}
