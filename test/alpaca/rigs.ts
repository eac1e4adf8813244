import type { Order, OrderRequest } from "../../core/domain/order.ts";
import { orderFrom } from "../../core/execution/lifecycle.ts";
import type { VenueReport } from "../../core/execution/venueReport.ts";
import { AlpacaVenue, type AlpacaVenueOptions } from "../../functions/alpaca/alpacaVenue.ts";
import { alpacaClient, type FetchApi } from "../../functions/alpaca/clientOptions.ts";
import { Gateway } from "../../functions/alpaca/gateway.ts";
import type { RateLimiter } from "../../functions/alpaca/rateLimiter.ts";

/** Never makes anybody wait. */
export const unlimited: RateLimiter = { acquire: () => Promise.resolve(), pause: () => {} };

/** The way to a mock or an exchange in this process. */
export function gatewayOf(fetchApi: FetchApi): Gateway {
  const settings = { keyId: "PKTEST", secret: "canary-secret", readRetries: 0, fetchApi };
  return new Gateway(alpacaClient(settings), unlimited);
}

/** A venue on top of a mock or an exchange in this process. */
export function venueOn(fetchApi: FetchApi, options?: AlpacaVenueOptions): AlpacaVenue {
  return new AlpacaVenue(gatewayOf(fetchApi), options);
}

/** An order as the books hold it while it stands so. */
export function knownAs(request: OrderRequest, status: Order["status"]): Order {
  return { ...orderFrom(request, 1_000), status };
}

/** Reports in short: `id kind`, with what a fill traded or why something was refused. */
export function told(reports: readonly VenueReport[] | null): readonly string[] {
  return (reports ?? []).map((report) => {
    const { orderId, kind } = report;
    if (kind === "filled") {
      const amounts = `${Number(report.quantity) / 1e9} @ ${Number(report.price) / 1e9}`;
      return `${orderId} filled ${amounts}${report.complete ? " complete" : ""}`;
    }
    if (kind === "accepted") return `${orderId} ${report.held ? "held" : "accepted"}`;
    if (kind === "replaced") return `${orderId} replaced by ${report.replacementId}`;
    const [code] = report.reason.split(":");
    return `${orderId} ${kind} ${code}`;
  });
}
