import type { streaming } from "@alpacahq/alpaca-trade-api";
import { WebSocket } from "ws";

/** Opens sockets; given from outside, so that tests need no network. */
export type Sockets = streaming.WebSocketFactory;

/**
 * Real sockets, as the client library opens its own: market data in msgpack, which the server must
 * be told in the handshake. A refused upgrade (429) comes as an error that names its status.
 */
export const systemSockets: Sockets = (url, codec) => {
  const headers = codec === "msgpack" ? { "Content-Type": "application/msgpack" } : {};
  return new WebSocket(url, { perMessageDeflate: false, headers });
};
