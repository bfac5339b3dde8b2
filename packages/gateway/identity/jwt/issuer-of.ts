// Who a token says it is from: nothing that is believed, only who is to be asked.
import { decodeJwt } from "jose";

export function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    // No JSON web token: somebody else's to judge.
    return undefined;
  }
}
