import { execFileSync } from "node:child_process";

/** Whether DynamoDB Local can run here; where it cannot, that is said in plain sight. */
export const hasJava = (() => {
  try {
    execFileSync("java", ["-version"], { stdio: "ignore" });
    return true;
  } catch {
    console.warn("DynamoDB Local was left out: it needs Java, and there is none here");
    return false;
  }
})();
