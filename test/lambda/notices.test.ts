import { afterAll, beforeAll, expect, test } from "vitest";
import type { Notice } from "../../core/ports/notifier.ts";
import { ingest } from "../../core/runtime/ingest.ts";
import { logger, tellingNotifier } from "../../functions/lambda/observe.ts";
import { LiveStore } from "../live/liveStore.ts";
import { signal } from "../store/events.ts";

const level = logger.getLevelName();
beforeAll(() => logger.setLogLevel("SILENT"));
afterAll(() => logger.setLogLevel(level));

const notice: Notice = {
  key: "stuck.main",
  severity: "page",
  title: "2 orders wait",
  text: "decided ten minutes ago, and not sent",
  timeMs: Date.UTC(2024, 6, 1, 14),
};

function books() {
  const store = new LiveStore();
  const notifier = tellingNotifier({ store, journal: store });
  const told = () =>
    store.entries.flatMap(({ event }) => (event.type === "notice.given.v1" ? [event.data] : []));
  return { store, notifier, told };
}

test("a notice is an event of the journal, once an hour while it lasts", async () => {
  const { notifier, told } = books();
  const { severity, title, text } = notice;
  for (let minutes = 0; minutes < 60; minutes += 1) {
    await notifier.notify({ ...notice, timeMs: notice.timeMs + minutes * 60_000 });
  }
  expect(told()).toEqual([{ severity, title, text }]);
  await notifier.notify({ ...notice, timeMs: notice.timeMs + 3_600_000 });
  expect(told()).toHaveLength(2);
});

test("what an event says already, and what is only good to know, is none", async () => {
  const { store, notifier, told } = books();
  await ingest(store, signal(1));
  await notifier.notify({ ...notice, key: signal(1).id });
  await notifier.notify({ ...notice, severity: "info" });
  expect(told()).toEqual([]);
});

test("a store in trouble does not stop what told", async () => {
  const { store } = books();
  const commit = () => Promise.reject(new Error("no table"));
  const failing = { profile: store.profile, book: store.book, commit };
  const broken = tellingNotifier({ store: failing, journal: store });
  await expect(broken.notify(notice)).resolves.toBeUndefined();
});
