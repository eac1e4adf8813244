import { property, type Resource, type Template } from "../../stacks/template.ts";

const PSEUDO: Readonly<Record<string, string>> = {
  "AWS::Region": "us-east-1",
  "AWS::AccountId": "000000000000",
  "AWS::Partition": "aws",
  "AWS::URLSuffix": "amazonaws.com",
};

/** How ARNs of a type are made from the name that the template gives. */
const ARNS: Readonly<Record<string, readonly [service: string, name: string, before: string]>> = {
  "AWS::DynamoDB::GlobalTable": ["dynamodb", "TableName", "table/"],
  "AWS::Events::EventBus": ["events", "Name", "event-bus/"],
  "AWS::Events::Rule": ["events", "Name", "rule/"],
  "AWS::Lambda::Function": ["lambda", "FunctionName", "function:"],
  "AWS::SecretsManager::Secret": ["secretsmanager", "Name", "secret:"],
  "AWS::SQS::Queue": ["sqs", "QueueName", ""],
  "AWS::Logs::LogGroup": ["logs", "LogGroupName", "log-group:"],
};

/** Values of a template as CloudFormation would put them in place, with names for what it makes. */
export function resolved(template: Template, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => resolved(template, one));
  if (typeof value !== "object" || value === null) return value;
  const [[key, inner] = ["", undefined], ...more] = Object.entries(value);
  if (more.length === 0 && key === "Ref") return refOf(template, String(inner));
  if (more.length === 0 && key === "Fn::GetAtt" && Array.isArray(inner)) {
    const [id, name] = inner.map(String);
    const arn = arnOf(template, id ?? "");
    return name === "StreamArn" ? `${arn}/stream/now` : arn;
  }
  if (more.length === 0 && key === "Fn::Join" && Array.isArray(inner)) {
    const [between, parts] = inner;
    return (resolved(template, parts) as unknown[]).join(String(between));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, resolved(template, one)]),
  );
}

function refOf(template: Template, id: string): string {
  const pseudo = PSEUDO[id];
  if (pseudo !== undefined) return pseudo;
  const { Type } = resourceOf(template, id);
  // Secrets are referred to by their ARN, nearly all else by its name.
  if (Type === "AWS::SecretsManager::Secret") return arnOf(template, id);
  return nameOf(template, id);
}

function arnOf(template: Template, id: string): string {
  const { Type } = resourceOf(template, id);
  if (Type === "AWS::S3::Bucket") return `arn:aws:s3:::${nameOf(template, id)}`;
  const [service, , before] = ARNS[Type] ?? ["other", "", ""];
  return `arn:aws:${service}:us-east-1:000000000000:${before}${nameOf(template, id)}`;
}

function nameOf(template: Template, id: string): string {
  const one = resourceOf(template, id);
  const name = property(one, ARNS[one.Type]?.[1] ?? "");
  return typeof name === "string" ? name : id;
}

function resourceOf(template: Template, id: string): Resource {
  const found = template.Resources[id];
  if (found === undefined) throw new Error(`the template refers to ${id}, which it does not have`);
  return { ...found, id };
}
