import { plainId, type Template } from "../../stacks/template.ts";

/** Properties that say little and change much: code hashes, generated text. */
const HIDDEN = new Set([
  "Code",
  "DashboardBody",
  "Tags",
  "Description",
  "AlarmDescription",
  "PropagateTags",
  "LoggingConfig",
  "Role",
]);

/** Types whose whole content is looked at elsewhere, or that are one of a kind of plumbing. */
const BRIEF = new Set([
  "AWS::IAM::Role",
  "AWS::Logs::LogGroup",
  "AWS::EC2::Route",
  "AWS::EC2::RouteTable",
  "AWS::EC2::SubnetRouteTableAssociation",
  "AWS::EC2::VPCGatewayAttachment",
  "AWS::SQS::QueuePolicy",
  "AWS::SNS::TopicPolicy",
  "AWS::S3::BucketPolicy",
]);

/** A template as a page that a person can read and compare: one resource a paragraph. */
export function outline(template: Template): string {
  return Object.entries(template.Resources)
    .map(([id, { Type, Properties, DeletionPolicy }]) => {
      const head = `${Type.replace("AWS::", "")} ${plainId(id)}${DeletionPolicy === undefined ? "" : ` (${DeletionPolicy})`}`;
      if (BRIEF.has(Type)) return head;
      const lines = Object.entries(Properties)
        .filter(([key]) => !HIDDEN.has(key))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([key, value]) => linesOf(key, plain(value), "  "));
      return [head, ...lines].join("\n");
    })
    .sort()
    .join("\n\n")
    .concat("\n");
}

/** What fits a line stays on it; what does not is broken, so that a diff shows what changed. */
const WIDTH = 96;

function linesOf(key: string, value: unknown, indent: string): readonly string[] {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const line = `${indent}${key}: ${text}`;
  if (line.length <= WIDTH || typeof value !== "object" || value === null) return [line];
  const inner = Object.entries(value).flatMap(([name, one]) => {
    return linesOf(Array.isArray(value) ? "-" : name, one, `${indent}  `);
  });
  return [`${indent}${key}:`, ...inner];
}

/** References become the name of what they refer to; hashes of assets are left out. */
function plain(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/[0-9a-f]{64}/g, "<hash>");
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) {
    const [name, inner] = only;
    if (name === "Ref") return `<${plainId(String(inner))}>`;
    if (name === "Fn::GetAtt" && Array.isArray(inner)) {
      return `<${plainId(String(inner[0]))}.${String(inner[1])}>`;
    }
    if (name === "Fn::Join" && Array.isArray(inner) && Array.isArray(inner[1])) {
      return inner[1].map((part) => String(plain(part))).join(String(inner[0]));
    }
    if (name === "Fn::Sub") return String(inner).replace(/[0-9a-f]{64}/g, "<hash>");
  }
  return Object.fromEntries(
    entries.filter(([key]) => !HIDDEN.has(key)).map(([key, inner]) => [key, plain(inner)]),
  );
}
