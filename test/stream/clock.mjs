/**
 * Sets the clock of a process to the time of a recorded market, from where it goes on by itself;
 * whoever started it may move it on.
 */
import process from "node:process";

let shiftMs = Number(process.env.CLOCK_FROM_MS) - Date.now();
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + shiftMs);
    else super(...args);
  }

  static now() {
    return RealDate.now() + shiftMs;
  }
};

process.on("message", (nowMs) => {
  shiftMs = Math.max(shiftMs, nowMs - RealDate.now());
});
process.channel?.unref();
