/** A call of a function URL, as Lambda hands it over. */
export function urlEvent(path: string, body: object) {
  const domainName = "abcdefgh.lambda-url.us-east-1.on.aws";
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: "",
    headers: {
      "content-length": String(JSON.stringify(body).length),
      "content-type": "application/json",
      host: domainName,
      "user-agent": "Go-http-client/1.1",
      "x-amzn-trace-id": "Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e",
      "x-forwarded-for": "52.89.214.238",
      "x-forwarded-port": "443",
      "x-forwarded-proto": "https",
    },
    requestContext: {
      accountId: "anonymous",
      apiId: "abcdefgh",
      domainName,
      domainPrefix: "abcdefgh",
      http: {
        method: "POST",
        path,
        protocol: "HTTP/1.1",
        sourceIp: "52.89.214.238",
        userAgent: "Go-http-client/1.1",
      },
      requestId: "e1506fd5-9e7b-434f-bd42-4f8fa224b599",
      routeKey: "$default",
      stage: "$default",
      time: "02/Jul/2024:13:38:00 +0000",
      timeEpoch: 1_719_927_480_000,
    },
    body: JSON.stringify(body),
    isBase64Encoded: false,
  };
}
