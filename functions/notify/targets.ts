import { InputError } from "../../core/domain/errors.ts";
import type { Notice } from "../../core/ports/notifier.ts";

/** Services that take notices by webhook. */
export const services = ["slack", "discord", "telegram", "ntfy"] as const;
export type Service = (typeof services)[number];

/** Where notices go: `slack:https://hooks.slack.com/…`. */
export interface Target {
  readonly service: Service;
  readonly url: URL;
}

/** What is sent to a target. */
export interface NoticeRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Hosts that each service answers at; ntfy may be one's own, over https. */
const hosts: Readonly<Record<Service, readonly string[]>> = {
  slack: ["hooks.slack.com"],
  discord: ["discord.com", "discordapp.com"],
  telegram: ["api.telegram.org"],
  ntfy: [],
};

/**
 * Reads a target. Only https and public names are taken: a notifier must not be led to talk to a
 * machine's own network or to a cloud's metadata service.
 * @throws InputError that names what is wrong, and never the address itself, as it is a secret.
 */
export function parseTarget(text: string): Target {
  const split = text.indexOf(":");
  const service = services.find((one) => one === text.slice(0, split));
  if (service === undefined) {
    const known = services.join(", ");
    throw new InputError(`notify: expected SERVICE:URL with a service of ${known}`);
  }
  const address = text.slice(split + 1);
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || url.protocol !== "https:" || url.username !== "") {
    throw new InputError(`notify: expected ${service} with an https address without a user`);
  }
  const allowed = hosts[service];
  if (allowed.length > 0 && !allowed.includes(url.hostname)) {
    throw new InputError(`notify: expected ${service} at ${allowed.join(" or ")}`);
  }
  if (isPrivate(url.hostname)) {
    throw new InputError(`notify: expected ${service} at a public name, not a private one`);
  }
  return { service, url };
}

/** How a service wants to be told. */
export function requestOf({ service, url }: Target, notice: Notice): NoticeRequest {
  const { severity, title, text } = notice;
  const json = { "content-type": "application/json" };
  const line = `${severity === "page" ? "🚨 " : ""}${title}\n${text}`;
  switch (service) {
    case "slack":
      return { url: url.href, headers: json, body: JSON.stringify({ text: line }) };
    case "discord": {
      // Longer messages are refused; nobody is to be pinged by what a venue wrote.
      const body = { content: line.slice(0, 2000), allowed_mentions: { parse: [] } };
      return { url: url.href, headers: json, body: JSON.stringify(body) };
    }
    case "telegram": {
      const chat = url.searchParams.get("chat_id");
      const body = JSON.stringify({ chat_id: chat, text: line.slice(0, 4096) });
      return { url: `${url.origin}${url.pathname}`, headers: json, body };
    }
    case "ntfy": {
      const priority = severity === "page" ? "urgent" : "default";
      const headers = { title: ascii(title), priority };
      return { url: url.href, headers, body: text };
    }
  }
}

/** Names and addresses that lead into a machine's own network. */
function isPrivate(hostname: string): boolean {
  if (hostname.startsWith("[") || !hostname.includes(".")) return true;
  if (hostname.endsWith(".local") || hostname.endsWith(".internal")) return true;
  // An address in numbers is never how a public service is written.
  return /^[\d.]+$/.test(hostname);
}

/** Headers hold ASCII without line breaks. */
function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
