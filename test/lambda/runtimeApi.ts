import { type ChildProcess, spawn } from "node:child_process";
import { copyFile, mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const BOOTSTRAP = fileURLToPath(new URL("bootstrap.mjs", import.meta.url));

/** A function as Lambda starts it: from its asset, with these variables and no others. */
export interface Start {
  readonly name: string;
  /** The one file of the asset. */
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutS: number;
  readonly nowMs: () => number;
}

/** A function that failed, by the name and words of its error. */
export class FunctionError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

interface Invocation {
  readonly id: string;
  readonly event: unknown;
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/**
 * Lambda's Runtime API with one process behind it. The process may read its own folder and the
 * bootstrap, and no other file: Node itself refuses the rest.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class LambdaProcess {
  /** All that it wrote to its log. */
  log = "";
  private readonly start: Start;
  private readonly server = createServer((request, response) => void this.serve(request, response));
  private readonly waiting: Invocation[] = [];
  private readonly running = new Map<string, Invocation>();
  private child: ChildProcess | null = null;
  private idle: ServerResponse | null = null;
  private failed: Error | null = null;
  private folder = "";
  private count = 0;

  private constructor(start: Start) {
    this.start = start;
  }

  /** Copies the asset into an empty folder and starts it there. */
  static async open(start: Start): Promise<LambdaProcess> {
    const made = new LambdaProcess(start);
    const { server } = made;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    made.folder = await realpath(await mkdtemp(join(tmpdir(), `bellwether-${start.name}-`)));
    const root = join(made.folder, "task");
    await mkdir(root);
    await copyFile(start.file, join(root, "index.mjs"));
    made.spawn(root, port);
    return made;
  }

  /** Calls the function. @throws FunctionError where it fails, as Lambda would tell of it. */
  invoke(event: unknown): Promise<unknown> {
    if (this.failed !== null) return Promise.reject(this.failed);
    this.count += 1;
    return new Promise((resolve, reject) => {
      this.waiting.push({ id: `request-${this.count}`, event, resolve, reject });
      this.hand();
    });
  }

  async close(): Promise<void> {
    this.child?.kill("SIGKILL");
    this.server.closeAllConnections();
    this.server.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  private spawn(root: string, port: number): void {
    const { name, env, memoryMb, nowMs } = this.start;
    const permission = process.allowedNodeEnvironmentFlags.has("--permission")
      ? "--permission"
      : "--experimental-permission";
    const reads = [root, BOOTSTRAP].map((path) => `--allow-fs-read=${path}`);
    const flags = ["--no-warnings", permission, ...reads, `--max-old-space-size=${memoryMb}`];
    const child = spawn(process.execPath, [...flags, BOOTSTRAP, String(nowMs())], {
      cwd: root,
      env: {
        ...env,
        _HANDLER: "index.handler",
        LAMBDA_TASK_ROOT: root,
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
        AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
        TZ: ":UTC",
      },
    });
    child.stdout.on("data", (part: Buffer) => (this.log += part.toString()));
    child.stderr.on("data", (part: Buffer) => (this.log += part.toString()));
    child.once("exit", (code) => this.fail(new FunctionError("Runtime.ExitError", `exit ${code}`)));
    this.child = child;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const [, , , what, id = "", outcome] = (request.url ?? "").split("/");
    const body = Buffer.concat(parts).toString();
    if (id === "next") {
      this.idle = response;
      return this.hand();
    }
    response.writeHead(202).end();
    if (what === "init") return this.fail(errorOf(body));
    const one = this.running.get(id);
    this.running.delete(id);
    if (outcome === "response") one?.resolve(JSON.parse(body));
    else one?.reject(errorOf(body));
  }

  private hand(): void {
    if (this.idle === null) return;
    const next = this.waiting.shift();
    if (next === undefined) return;
    const { nowMs, timeoutS } = this.start;
    this.running.set(next.id, next);
    this.idle.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": next.id,
      "lambda-runtime-deadline-ms": String(nowMs() + timeoutS * 1_000),
      "x-now-ms": String(nowMs()),
    });
    this.idle.end(JSON.stringify(next.event));
    this.idle = null;
  }

  /** It will not answer any more: everyone who waits for it is told why. */
  private fail(error: Error): void {
    this.failed ??= error;
    const all = [...this.waiting.splice(0), ...this.running.values()];
    this.running.clear();
    for (const { reject } of all) reject(this.failed);
  }
}

function errorOf(body: string): FunctionError {
  const { errorType, errorMessage } = JSON.parse(body);
  return new FunctionError(errorType, errorMessage);
}
