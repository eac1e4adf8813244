import { expect, test } from "vitest";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { defineProfile } from "../../core/index.ts";
import { plan } from "../../core/runtime/jobHandler.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { momentumRotation } from "../../strategies/momentum-rotation.ts";
import { deskOf } from "./desk.ts";
import { profile } from "./minutes.ts";

test("profiles whose long names differ at the end alone have jobs of their own", async () => {
  const desk = await deskOf(profile(), "1m");
  const start = "a-profile-with-a-name-that-goes-on-and-on";
  const profiles = ["one", "two"].map((end) =>
    compileProfile(
      defineProfile(momentumRotation, { name: `${start}-${end}`, universe: ["SPY", "IWM"] }),
    ),
  );
  const fromMs = newYorkTimeMs("2024-07-01", "00:00");
  const created = await plan(desk.ports, profiles, fromMs, fromMs + 40 * 86_400_000);
  expect(created).toBeGreaterThan(1);
  expect(desk.planned.size).toBe(created);
  const inputs = [...desk.planned.values()].map(({ input }) => input.profile);
  expect(new Set(inputs)).toEqual(new Set(profiles.map(({ name }) => name)));
  for (const name of desk.planned.keys()) expect(name.length).toBeLessThanOrEqual(64);
});
