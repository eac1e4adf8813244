/**
 * What Lambda's own runtime does, in a process of its own: loads the handler from the task's
 * folder, then asks for one event after the other. Beside that it sets the clock to the time that
 * comes with each event, and stops it there: recorded markets have their own time.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT = "", _HANDLER = "" } = process.env;
const runtime = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const RealDate = Date;
let nowMs = Number(process.argv[2]);

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(nowMs);
    else super(...args);
  }

  static now() {
    return nowMs;
  }
};

const post = (path, body) => fetch(`${runtime}${path}`, { method: "POST", body });
const told = (error) =>
  JSON.stringify({ errorType: error?.name, errorMessage: error?.message, trace: [error?.stack] });

async function loaded() {
  const [file, name] = _HANDLER.split(".");
  const found = (await import(pathToFileURL(join(LAMBDA_TASK_ROOT, `${file}.mjs`)).href))[name];
  if (typeof found !== "function") throw new TypeError(`${_HANDLER} is not a function`);
  return found;
}

let handler;
try {
  handler = await loaded();
} catch (error) {
  await post("/init/error", told(error));
  process.exit(1);
}
for (;;) {
  const next = await fetch(`${runtime}/invocation/next`);
  if (next.status !== 200) process.exit(0);
  const id = next.headers.get("lambda-runtime-aws-request-id");
  nowMs = Number(next.headers.get("x-now-ms"));
  const context = {
    awsRequestId: id,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    getRemainingTimeInMillis: () => Number(next.headers.get("lambda-runtime-deadline-ms")) - nowMs,
  };
  try {
    const answer = (await handler(await next.json(), context)) ?? null;
    await post(`/invocation/${id}/response`, JSON.stringify(answer));
  } catch (error) {
    await post(`/invocation/${id}/error`, told(error));
  }
}
