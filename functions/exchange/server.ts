import type { IncomingMessage } from "node:http";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { InputError } from "../../core/domain/errors.ts";
import { ADMIN, LostReply } from "./http.ts";
import type { PaperAccount } from "./paper.ts";
import type { Run } from "./run.ts";
import { Sockets } from "./streams/sockets.ts";

/** Where to listen. */
export interface ListenOptions {
  /** 0 (the default) takes a free one. */
  readonly port?: number;
  /** Default 127.0.0.1: this machine alone. */
  readonly host?: string;
}

/** An exchange that is being served. */
export interface Listening {
  /** Such as `http://127.0.0.1:8787`. */
  readonly url: string;
  /** Stops: cuts open sockets and frees the port. */
  close(): Promise<void>;
}

/** Serves an exchange. @throws InputError where the port can't be had. */
export async function listen(
  paper: PaperAccount,
  run: Run,
  answer: (request: Request) => Promise<Response>,
  { port = 0, host = "127.0.0.1" }: ListenOptions,
): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: async (request, env) => {
      const { incoming } = env as HttpBindings;
      if (new URL(request.url).pathname.startsWith(ADMIN) && !isLocal(incoming)) {
        return Response.json({ code: 40410000, message: "endpoint not found" }, { status: 404 });
      }
      try {
        return await answer(request);
      } catch (error) {
        if (!(error instanceof LostReply)) throw error;
        incoming.socket.destroy();
        return new Response(null, { status: 503 });
      }
    },
  });
  await new Promise<void>((resolve, reject) => {
    const failed = (error: Error) =>
      reject(new InputError(`expected a free port, got ${port} on ${host}: ${error.message}`));
    server.once("error", failed);
    server.listen(port, host, () => {
      server.off("error", failed);
      resolve();
    });
  });
  const sockets = new Sockets(paper);
  const unmind = run.mind(sockets);
  server.on("upgrade", (request, socket, head) => sockets.upgrade(request, socket, head));
  const address = server.address();
  const own = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${own}`,
    close: () =>
      new Promise((resolve) => {
        unmind();
        sockets.close();
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}

/** Only this machine may steer the clock and the faults. */
function isLocal({ socket }: IncomingMessage): boolean {
  const from = socket.remoteAddress ?? "";
  return from === "::1" || from.replace("::ffff:", "").startsWith("127.");
}
