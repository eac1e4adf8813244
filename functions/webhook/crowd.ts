import type { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Bounds how many connections a server holds. One more is taken in all the same, and of those that
 * have not said a whole request the one that has waited longest goes: who keeps lines open to keep
 * others out only loses their own, as an honest caller says what it wants at once.
 */
export function boundCrowd(server: EventEmitter, most: number): void {
  let held = 0;
  /** In the order in which they began to wait. */
  const waiting = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    held += 1;
    waiting.add(socket);
    socket.once("close", () => {
      held -= 1;
      waiting.delete(socket);
    });
    if (held <= most) return;
    const [longest] = waiting;
    if (longest === undefined) return;
    waiting.delete(longest);
    longest.destroy();
  });
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    request.once("end", () => waiting.delete(socket));
    response.once("close", () => {
      if (!socket.destroyed) waiting.add(socket);
    });
  });
}
