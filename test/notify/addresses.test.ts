import type { lookup } from "node:dns";
import { describe, expect, test } from "vitest";
import { isPublic, publicLookup } from "../../functions/notify/addresses.ts";

describe("an address for notices", () => {
  test.each([
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "172.31.255.255",
    "192.168.1.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:169.254.169.254",
    "::ffff:8.8.8.8",
    "64:ff9b::a9fe:a9fe",
    "fd00:ec2::254",
    "fe80::1",
    "ff02::1",
    "2002:a9fe:a9fe::1",
  ])("%s is not public", (address) => {
    expect(isPublic(address)).toBe(false);
  });

  test.each(["8.8.8.8", "172.32.0.1", "192.169.0.1", "2606:4700::6810:84e5"])(
    "%s is public",
    (address) => {
      expect(isPublic(address)).toBe(true);
    },
  );
});

describe("a name for notices", () => {
  const resolved = (addresses: readonly string[], all: boolean) => {
    const asked: unknown[] = [];
    const fake = (_: string, options: object, done: (...said: unknown[]) => void) => {
      asked.push(options);
      const found = addresses.map((address) => {
        return { address, family: address.includes(":") ? 6 : 4 };
      });
      done(null, found);
    };
    let said: readonly unknown[] = [];
    publicLookup(fake as unknown as typeof lookup)("evil.example", { all }, (...answer) => {
      said = answer;
    });
    return { asked, said };
  };

  test("is refused where any of its addresses is private, whichever would be taken", () => {
    for (const all of [false, true]) {
      for (const list of [["169.254.169.254"], ["8.8.8.8", "10.0.0.1"], []]) {
        const [error] = resolved(list, all).said;
        expect(String(error)).toMatch(/notify: expected a/);
        expect(String(error)).not.toContain("evil.example");
      }
    }
  });

  test("is asked once, and the connection goes to what was looked at", () => {
    const { asked, said } = resolved(["8.8.8.8", "8.8.4.4"], false);
    expect(asked).toEqual([{ all: true }]);
    expect(said).toEqual([null, "8.8.8.8", 4]);
    const list = [{ address: "8.8.8.8", family: 4 }];
    expect(resolved(["8.8.8.8"], true).said).toEqual([null, list]);
  });
});
