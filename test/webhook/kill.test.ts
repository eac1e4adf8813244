import { describe, expect, it } from "vitest";
import { NOW_MS, rig, SECRETS, sendJson } from "./rig.ts";

const secret = SECRETS.kill[0];

describe("the kill switch", () => {
  it("halts everything, a profile or an account", async () => {
    const to = rig();
    for (const scope of ["all", "profile:spy", "account:spy"]) {
      const { status } = await sendJson(to, `/kill/${scope}`, { secret, reason: "odd fills" });
      expect(status).toBe(200);
    }
    const same = { reason: "odd fills", by: "webhook", sinceMs: NOW_MS };
    expect(to.halts).toEqual([
      { kind: "all", name: "all", ...same },
      { kind: "profile", name: "spy", ...same },
      { kind: "account", name: "spy", ...same },
    ]);
  });

  it("opens to its own secret alone, and tells nothing to others", async () => {
    const to = rig();
    for (const wrong of [undefined, "", 1, SECRETS["spy/typed"][0], `${secret}x`]) {
      expect((await sendJson(to, "/kill/nobody", { secret: wrong })).status).toBe(401);
    }
    expect(to.halts).toEqual([]);
  });

  it("refuses names that it does not know, and what it was not asked for", async () => {
    const to = rig();
    for (const scope of ["profile:spi", "account:x", "spy", "profile:__proto__"]) {
      expect((await sendJson(to, `/kill/${scope}`, { secret })).status).toBe(404);
    }
    expect((await sendJson(to, "/kill/all", { secret, resume: true })).status).toBe(422);
    expect(to.halts).toEqual([]);
  });

  it("does not open where no secret was set", async () => {
    const to = rig({ secrets: { secretsOf: () => [] } });
    expect((await sendJson(to, "/kill/all", { secret: "" })).status).toBe(401);
  });
});
