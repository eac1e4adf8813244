/** One price: dollars for a unit, and how much of it AWS gives away each month for good. */
export interface Price {
  readonly dollars: number;
  /** How many units the dollars are for. */
  readonly per: number;
  readonly unit: string;
  /** Units a month that cost nothing, in every account and without end; 0 for none. */
  readonly free: number;
  readonly source: string;
}

/**
 * When and for where these prices were last looked at; other regions differ by up to a third. Those
 * of the table and of tasks were read in copies of the named pages, the others are remembered.
 */
export const PRICES_OF = { date: "2026-03", region: "us-east-1", currency: "USD" } as const;

const MILLION = 1_000_000;
const aws = (page: string) => `https://aws.amazon.com/${page}/pricing/`;

/**
 * List prices of what a stage uses, on demand, without discounts or taxes. Check them against the
 * source before relying on a cent: AWS changes prices without telling this file.
 */
export const PRICES = {
  "lambda requests": {
    dollars: 0.2,
    per: MILLION,
    unit: "request",
    free: MILLION,
    source: aws("lambda"),
  },
  "lambda time": {
    dollars: 0.0000133334,
    per: 1,
    unit: "GB-second",
    free: 400_000,
    source: aws("lambda"),
  },
  "table writes": {
    dollars: 0.625,
    per: MILLION,
    unit: "write unit of 1 KB",
    free: 0,
    source: aws("dynamodb"),
  },
  "table reads": {
    dollars: 0.125,
    per: MILLION,
    unit: "read unit of 4 KB",
    free: 0,
    source: aws("dynamodb"),
  },
  "table storage": { dollars: 0.25, per: 1, unit: "GB-month", free: 25, source: aws("dynamodb") },
  "table backups": { dollars: 0.2, per: 1, unit: "GB-month", free: 0, source: aws("dynamodb") },
  "bus events": {
    dollars: 1,
    per: MILLION,
    unit: "event of 64 KB",
    free: 0,
    source: aws("eventbridge"),
  },
  "bus archive": { dollars: 0.1, per: 1, unit: "GB", free: 0, source: aws("eventbridge") },
  schedules: {
    dollars: 1,
    per: MILLION,
    unit: "firing",
    free: 14 * MILLION,
    source: aws("eventbridge"),
  },
  "queue requests": {
    dollars: 0.5,
    per: MILLION,
    unit: "request",
    free: MILLION,
    source: aws("sqs"),
  },
  secrets: { dollars: 0.4, per: 1, unit: "secret-month", free: 0, source: aws("secrets-manager") },
  "secret reads": {
    dollars: 0.05,
    per: 10_000,
    unit: "call",
    free: 0,
    source: aws("secrets-manager"),
  },
  logs: { dollars: 0.5, per: 1, unit: "GB", free: 5, source: aws("cloudwatch") },
  metrics: { dollars: 0.3, per: 1, unit: "metric-month", free: 10, source: aws("cloudwatch") },
  alarms: { dollars: 0.1, per: 1, unit: "alarm metric-month", free: 10, source: aws("cloudwatch") },
  dashboards: { dollars: 3, per: 1, unit: "dashboard-month", free: 3, source: aws("cloudwatch") },
  traces: { dollars: 5, per: MILLION, unit: "trace", free: 100_000, source: aws("xray") },
  "workflow steps": {
    dollars: 0.025,
    per: 1000,
    unit: "state transition",
    free: 4000,
    source: aws("step-functions"),
  },
  objects: { dollars: 0.023, per: 1, unit: "GB-month", free: 0, source: aws("s3") },
  "task vCPU": {
    dollars: 0.03238,
    per: 1,
    unit: "vCPU-hour, arm64",
    free: 0,
    source: aws("fargate"),
  },
  "task memory": {
    dollars: 0.00356,
    per: 1,
    unit: "GB-hour, arm64",
    free: 0,
    source: aws("fargate"),
  },
  "task address": { dollars: 0.005, per: 1, unit: "public IPv4 hour", free: 0, source: aws("vpc") },
} as const satisfies Readonly<Record<string, Price>>;

/** What a bill has a line for. */
export type Item = keyof typeof PRICES;

/** How much of each is used in a month, in the price's own units. */
export type Usage = Readonly<Record<Item, number>>;
