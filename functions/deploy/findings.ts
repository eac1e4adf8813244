/** What one look at a stage came to. */
export interface Finding {
  /** What was looked at: `table`, `schedules` … */
  readonly check: string;
  readonly verdict: "fine" | "warning" | "failing";
  readonly says: string;
  /** What to do about it; null where nothing is to be done. */
  readonly todo: string | null;
}

/** A look that found what it should. */
export function fine(check: string, says: string): Finding {
  return { check, verdict: "fine", says, todo: null };
}

/** A look that found something which a person should put right. */
export function failing(check: string, says: string, todo: string): Finding {
  return { check, verdict: "failing", says, todo };
}

/** A look that found something which may be meant. */
export function warning(check: string, says: string, todo: string): Finding {
  return { check, verdict: "warning", says, todo };
}

/** Looks, and turns trouble in looking into a finding of its own. */
export async function looked(
  check: string,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    const says = error instanceof Error ? error.message : String(error);
    return [failing(check, says.slice(0, 300), todoOf(name))];
  }
}

/** AWS's names of errors, by what the person at the keyboard can do about them. */
function todoOf(name: string): string {
  if (name === "CredentialsProviderError" || name.startsWith("ExpiredToken")) {
    return "sign in to AWS: `aws sso login`, or set AWS_PROFILE";
  }
  if (name === "UnrecognizedClientException" || name === "InvalidClientTokenId") {
    return "AWS does not know these credentials: look at AWS_PROFILE and the keys behind it";
  }
  if (/AccessDenied|NotAuthorized|Unauthorized/.test(name)) {
    return "your own AWS user may not look here: ask for the permission that the message names";
  }
  if (/NotFound|NonExistent/.test(name)) {
    return "deploy the stage first, or look at --stage and AWS_REGION";
  }
  return "try again; if it stays, the message says more";
}
