import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { SIGNED_HEADERS } from "../hmac.ts";
import {
  acceptedSchema,
  haltedSchema,
  killSchema,
  problemSchema,
  signalSchema,
  tradingViewSchema,
} from "./schemas.ts";

const REFUSALS: Readonly<Record<number, string>> = {
  400: "The body can't be read",
  401: "No valid secret or signature",
  403: "The sender, its address or its secret may not do this",
  404: "Unknown profile, path secret or name",
  409: "The id is of another signal, or the profile is halted and this is no exit",
  413: "More than 16 KiB",
  415: "Neither JSON nor text nor a form, or compressed",
  422: "A field is not valid, or the signal is too old",
  503: "Not stored: send it again after Retry-After",
};

const problem = { content: { "application/problem+json": { schema: problemSchema } } };
const refusals = Object.fromEntries(
  Object.entries(REFUSALS).map(([status, description]) => [status, { description, ...problem }]),
);
const anyBody = {
  required: true,
  content: {
    "application/json": { schema: z.union([signalSchema, tradingViewSchema]) },
    "text/plain": { schema: z.string().describe("JSON, or what the profile's mapping reads") },
    "application/x-www-form-urlencoded": { schema: signalSchema },
  },
};
const profile = z.string().openapi({ example: "webhook-spy" });
const token = z.string().describe("The secret of a source that holds it in the path");
const accepted = {
  description: "Stored: it will be decided on. A repeat gets the same answer",
  content: { "application/json": { schema: acceptedSchema } },
};
const signedHeaders = z.object({
  [SIGNED_HEADERS.signature]: z
    .string()
    .optional()
    .describe("`v1=` and HMAC-SHA256 in hexadecimal of `profile.timestamp.nonce.` and the body"),
  [SIGNED_HEADERS.timestamp]: z.string().optional().describe("UTC milliseconds, within 90 s"),
  [SIGNED_HEADERS.nonce]: z.string().optional().describe("8 to 128 of A-Z a-z 0-9 _ -"),
});
const fine = (description: string) => ({
  description,
  content: { "application/json": { schema: z.looseObject({}) } },
});

const routes = [
  createRoute({
    method: "post",
    path: "/signals/{profile}",
    summary: "Send a signal, with a secret in its body or signed",
    request: { params: z.object({ profile }), headers: signedHeaders, body: anyBody },
    responses: { 202: accepted, ...refusals },
  }),
  createRoute({
    method: "post",
    path: "/signals/{profile}/{token}",
    summary: "Send a signal, with a secret in the path",
    request: { params: z.object({ profile, token }), body: anyBody },
    responses: { 202: accepted, ...refusals },
  }),
  createRoute({
    method: "post",
    path: "/kill/{scope}",
    summary: "Halt `all`, `profile:NAME` or `account:NAME`; nothing here lifts a halt",
    request: {
      params: z.object({ scope: z.string().openapi({ example: "profile:webhook-spy" }) }),
      body: { required: true, content: { "application/json": { schema: killSchema } } },
    },
    responses: {
      200: { description: "Halted", content: { "application/json": { schema: haltedSchema } } },
      ...refusals,
    },
  }),
  createRoute({ method: "get", path: "/health", responses: { 200: fine("The process answers") } }),
  createRoute({ method: "get", path: "/openapi.json", responses: { 200: fine("This document") } }),
];

/**
 * The OpenAPI 3.1 document of the webhook. It is built by a test, which keeps `openapi.json` beside
 * this file up to date: what builds it is far too heavy to be started with every Lambda.
 */
export function openApiDocument() {
  const app = new OpenAPIHono();
  for (const route of routes) app.openAPIRegistry.registerPath(route);
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Bellwether webhook",
      version: "1",
      description: "Signals in, stored before they are answered. See functions/webhook/README.md.",
      license: { name: "Apache-2.0" },
    },
  });
}
