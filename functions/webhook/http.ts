/** What a function URL and an HTTP API hand over, format 2.0. */
export interface HttpEvent {
  readonly version: "2.0";
  readonly rawPath: string;
  readonly rawQueryString?: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
  readonly requestContext: {
    readonly domainName?: string;
    readonly stage: string;
    readonly http: { readonly method: string; readonly path: string; readonly sourceIp: string };
  };
}

/** What Lambda makes a response of. */
export interface HttpResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
