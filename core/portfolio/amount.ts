import { ZERO } from "../domain/decimal.ts";
import { decimalText } from "../domain/schema.ts";

/** A decimal above 0, as text on the outside: quantities, prices and dollars in configurations. */
export const positiveDecimal = decimalText.refine(
  (value) => value > ZERO,
  "expected a decimal above 0",
);

/** A decimal of 0 or more, as text on the outside. */
export const nonNegativeDecimal = decimalText.refine(
  (value) => value >= ZERO,
  "expected a decimal of at least 0",
);
