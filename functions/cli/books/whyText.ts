import { textOf } from "../../../core/domain/decimal.ts";
import { iso } from "../../../core/domain/time.ts";
import type { DomainEvent } from "../../../core/events/catalogue.ts";
import type { Standing } from "../../../core/runtime/standing.ts";
import type { Explanation } from "../../../core/runtime/why.ts";

/** An explanation as text: one line a step, its numbers below it. */
export function whyText(
  { causes, request, verdict, events, order }: Explanation,
  standing?: Standing,
): string {
  const lines: string[] = causes.flatMap((event) => [stepOf(event), ...detailsOf(event)]);
  if (standing !== undefined) lines.push(...standingLines(standing));
  if (request !== null) {
    const { request: asked } = request.data;
    lines.push(stepOf(request), `    reason     ${asked.reason}`);
    const amount =
      asked.quantity === null ? `$${textOf(asked.notional ?? 0n)}` : textOf(asked.quantity);
    lines.push(
      `    order      ${asked.side} ${amount} ${asked.symbol}, ${asked.type}, ${asked.timeInForce}`,
      `    price seen ${textOf(asked.referencePrice)}`,
    );
    if (asked.sizing !== undefined) lines.push(`    sized by   ${asked.sizing}`);
  }
  if (verdict !== null) {
    lines.push(stepOf(verdict));
    for (const { limit, value, bound, passed } of verdict.data.checks) {
      // Of a yes or no the name says it all.
      const numbers = bound === "0" ? "" : `: ${value}, at most ${bound}`;
      lines.push(`    ${passed ? "passed" : "FAILED"}     ${limit}${numbers}`);
    }
    if (verdict.type === "order.denied.v1") lines.push(`    denied by  ${verdict.data.limit}`);
  }
  for (const event of events) lines.push(stepOf(event), ...detailsOf(event));
  if (order !== undefined) {
    lines.push(`now ${order.status}, filled ${textOf(order.filledQuantity)}`);
  }
  return `${lines.join("\n")}\n`;
}

function standingLines(standing: Standing): readonly string[] {
  const { symbol, price, position, cash, indicators, state, decidesAlike } = standing;
  const seen = Object.entries(indicators).map(
    ([name, { now, previous }]) =>
      `    ${name.padEnd(10)} ${figure(now)}, before ${figure(previous)}`,
  );
  return [
    `  how the strategy stood, from the day's snapshots and events:`,
    `    held       ${position} ${symbol}, last price ${figure(price)}, cash ${cash}`,
    ...seen,
    `    state      ${JSON.stringify(state)}`,
    ...(decidesAlike
      ? []
      : ["    NOTE       with today's code and parameters it decides otherwise"]),
  ];
}

/** Indicators are floats: more than eight digits of them tell nobody anything. */
function figure(value: number): string {
  return String(Number(value.toPrecision(8)));
}

function stepOf({ type, id, eventTimeMs }: DomainEvent): string {
  return `${iso(eventTimeMs)}  ${type.replace(/\.v\d{1,9}$/, "").padEnd(24)} ${id}`;
}

function detailsOf(event: DomainEvent): readonly string[] {
  switch (event.type) {
    case "bars.closed.v1":
      return [`    ${event.data.timeframe} bars of ${event.data.bars.length} instruments`];
    case "signal.received.v1": {
      const { action, symbol, comment } = event.data;
      return [`    ${action} ${symbol}${comment === "" ? "" : `: ${comment}`}`];
    }
    case "schedule.fired.v1":
      return [`    schedule ${event.data.schedule}, session ${event.data.sessionDate}`];
    case "order.filled.v1": {
      const { side, quantity, price, fee, symbol } = event.data;
      const what = `${side} ${textOf(quantity)} ${symbol} at ${textOf(price)}`;
      return [`    fill       ${what}, fee ${textOf(fee)}`];
    }
    case "order.submitted.v1":
      return [`    attempt    ${event.data.attempt}`];
    case "decision.made.v1":
      return [`    ${event.data.outcome}: ${event.data.reason}`];
    default:
      return "reason" in event.data ? [`    ${event.data.reason}`] : [];
  }
}
