import type { Row } from "../row.ts";
import { accountRows } from "./account.ts";
import { orderRows } from "./order.ts";
import { profileRows } from "./profile.ts";

/** Every limit there is, in the order in which they are asked. */
export const rows: readonly Row[] = [...orderRows, ...profileRows, ...accountRows];
